# SPDX-License-Identifier: BSD-2-Clause
"""Each import/NAME/config must become NAME/system.yaml, with the messages in NAME/err, and a
description that is good.

A file `options` beside it holds more words for the command line, one a line; {files} is the
folder of the module files."""

import re
import subprocess
import sys

import pytest

import make
import test_cases
from conftest import HERE, complain, run_xendtc, short

sys.path.insert(0, str(HERE / "imagebuilder"))

import reference  # noqa: E402

CASES = sorted(p.parent for p in (HERE / "import").glob("*/config"))
each_case = pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)


def imported(case, files, *more):
    return run_xendtc("import", *test_cases.options_of(case, files), *more, "config", cwd=case)


@each_case
def test_import(case, fixtures, golden):
    done = imported(case, fixtures)
    assert done.returncode == 0, done.stderr.decode()
    golden.all({case / "system.yaml": done.stdout,
                case / "err": done.stderr.replace(str(fixtures).encode(), b"FILES")})


@each_case
def test_result_is_good(case):
    done = run_xendtc("check", "--no-files", "system.yaml", cwd=case)
    assert done.returncode == 0, done.stderr.decode()


@each_case
def test_result_boots_with_files(case, fixtures, tmp_path):
    """What was imported with the files in sight is good with them."""
    if "--files" not in test_cases.options_of(case, fixtures):
        pytest.skip("names files that are not there")
    done = run_xendtc("build", "--files", fixtures, "-o", tmp_path / "out", "system.yaml",
                      cwd=case)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("length", [16, 128, 129, 2000])
def test_long_names_can_be_read(length, tmp_path):
    """YAML takes no key of more than 1024 characters; one that is cut is refused as a name."""
    (tmp_path / "config").write_text(
        "XEN=xen\nDOM0_KERNEL=Image\nMEMORY_START=0\nLOAD_CMD=tftpb\nNUM_DOMUS=1\n"
        f'DOMU_KERNEL[0]=Image\nDOMU_SHARED_MEM[0]="{"x" * length} 0x50000000 0x50000000 0x1000"\n')
    done = run_xendtc("import", "--board", "rpi4", "--memory", "4G", "-o", "made.yaml", "config",
                      cwd=tmp_path)
    assert done.returncode == 0
    done = run_xendtc("check", "--no-files", "made.yaml", cwd=tmp_path)
    assert b"E0101" not in done.stderr and (b"E0209" in done.stderr) == (length > 40)


@each_case
def test_findings_are_comments(case):
    """Each message stands in the YAML, too."""
    comments = " ".join(line.lstrip("# ") for line in
                        (case / "system.yaml").read_text().splitlines() if line.startswith("#"))
    found = re.findall(r"^config:(\d+):\d+: warning\[\w+\]: (.*)$", (case / "err").read_text(), re.M)
    complain(f"{short(case)}/system.yaml has no comment '{line}: {text}'" for line, text in found
             if f"{line}: {text}" not in comments)


def test_variable_has_a_case():
    page = run_xendtc("schema", "imagebuilder").stdout.decode()
    names = re.findall(r"^\| `(\w+)", page, re.M)
    assigned = {name for case in CASES for name in
                re.findall(r"^(?:.*[; ])?(\w+)(?:\[[^]]*\])?\+?=", (case / "config").read_text(), re.M)}
    assert len(names) > 70
    complain(f"no config sets {name}: give it in a tests/import/NAME/config, then tests/bless.sh -k NAME"
             for name in names if name not in assigned)


def test_variable_has_one_row():
    """The second one would never be found (ib_find() in compiler/import/variables.c)."""
    page = run_xendtc("schema", "imagebuilder").stdout.decode()
    names = re.findall(r"^\| `(\w+)", page, re.M)
    complain(f"compiler/import/variables.c: {name} has {names.count(name)} rows: keep one"
             for name in sorted(set(names)) if names.count(name) > 1)


def test_output_file(fixtures, tmp_path):
    case = HERE / "import" / "rpi4"
    done = imported(case, fixtures, "-o", tmp_path / "it.yaml")
    assert done.returncode == 0 and not done.stdout
    assert (tmp_path / "it.yaml").read_bytes() == (case / "system.yaml").read_bytes()


def test_config_is_no_output(fixtures, tmp_path):
    config = tmp_path / "config"
    config.write_text("XEN=xen\n")
    done = run_xendtc("import", "-o", config, config, cwd=tmp_path)
    assert done.returncode == 1 and b"E0902" in done.stderr
    assert config.read_text() == "XEN=xen\n"


def test_errors_write_nothing(tmp_path):
    done = run_xendtc("import", "-o", tmp_path / "it.yaml", "E1005-kernel.config",
                      cwd=HERE / "errors")
    assert done.returncode == 1 and not list(tmp_path.iterdir())


def test_standard_input(fixtures):
    case = HERE / "import" / "rpi4"
    done = run_xendtc("import", "--memory", "4G", "--stdin-filename", "config", "-",
                      stdin=(case / "config").read_bytes())
    assert done.stdout == (case / "system.yaml").read_bytes()


@pytest.mark.parametrize("options, message", [
    (["--board", "nothing"], b"no board is called 'nothing'"),
    (["--memory", "3G"], b"has no variant with 3G of memory")])
def test_wrong_option(options, message, tmp_path):
    (tmp_path / "config").write_text("XEN=xen\nMEMORY_START=0\n")
    done = run_xendtc("import", *options, "config", cwd=tmp_path)
    assert done.returncode == 1 and message in done.stderr and not done.stdout


STRANGER = """/dts-v1/; / { compatible = "acme,anvil-2", "acme,anvil"; model = "Anvil";
	#address-cells = <2>; #size-cells = <2>; };"""


def test_board_of_a_tree_that_nobody_knows(tmp_path):
    """It is named by its compatible, and not taken for the board whose memory begins there."""
    (tmp_path / "anvil.dtb").write_bytes(make.compile_tree(STRANGER))
    (tmp_path / "config").write_text("XEN=xen\nMEMORY_START=0\nDEVICE_TREE=anvil.dtb\n")
    done = run_xendtc("import", "--files", tmp_path, "config", cwd=tmp_path)
    assert done.returncode == 1 and not done.stdout
    assert b"E0305" in done.stderr and b"'acme,anvil-2'" in done.stderr
    assert b"guess" not in done.stderr
    done = run_xendtc("import", "--files", tmp_path, "--board", "rpi4", "config", cwd=tmp_path)
    assert done.returncode == 0 and b"board: rpi4\n" in done.stdout


def test_nothing_says_which_board(tmp_path):
    (tmp_path / "config").write_text("XEN=xen\nMEMORY_START=0x880000000\nLOAD_CMD=tftpb\n")
    done = run_xendtc("import", "config", cwd=tmp_path)
    assert done.returncode == 1 and b"nothing says which board this is for" in done.stderr


def test_bash_agrees(fixtures, tmp_path):
    """What bash itself makes of the hardest config is what we made of it."""

    script = 'source "$1"; printf "%s\\n" "$XEN_CMD" "$DOM0_CMD" "${DOMU_CMD[1]}" "$DOM0_KERNEL"'
    done = subprocess.run(["bash", "--noprofile", "--norc", "-c", script, "-",
                           HERE / "import" / "shell" / "config"],
                          stdout=subprocess.PIPE, check=True, env={"PATH": "/usr/bin:/bin"})
    xen, dom0, guest, kernel = done.stdout.decode().splitlines()
    text = (HERE / "import" / "shell" / "system.yaml").read_text()
    assert f"cmdline: {xen.replace(' dom0_mem=512M', '')}\n" in text
    for value in (dom0, guest, kernel):
        assert value in text


# ImageBuilder itself.

SYSTEMS = sorted(p.parent for p in (HERE / "imagebuilder").glob("*/chosen"))


RTC = """/ { pl031@9010000 { compatible = "arm,pl031", "arm,primecell";
	reg = <0 0x9010000 0 0x1000>; interrupts = <0 2 4>; xen,passthrough; }; };"""


@pytest.fixture
def its_files(own_fixtures, tmp_path):
    """The files that ImageBuilder's systems name, each of another size."""
    cloud = make.linux("6.1.0", size=520 * make.KIB)
    named = {"Image-cloud": cloud, "Image-cloud.gz": make.packed(cloud),
             "small": make.linux("6.1.0", size=300 * make.KIB, image_size=300 * make.KIB),
             "rtc.dtb": (own_fixtures / "partial.dtb").read_bytes(),
             "virt-gicv3-marked.dtb": make.compile_tree(make.tree_source("virt-gicv3.dtb") + RTC)}
    for name, contents in named.items():
        (own_fixtures / name).write_bytes(contents)
    few = tmp_path / "few"
    few.mkdir()
    for name in [*named, "Image", "initrd.cpio.gz", "xen-4.20"]:
        (few / name).symlink_to(own_fixtures / name)
    return own_fixtures, few


# Names that Xen does not look at, and the two forms in which it takes dom0's modules.
ALIKE = [(r"/module@\(", "/module0x("), (r"cpupool-pool(\d)", r"cpupool_\1"),
         (r"^/chosen/dom0-ramdisk\b", "/chosen/module0x(ramdisk)"),
         (r"^/chosen/dom0\b", "/chosen/module0x(kernel)")]
NOT_COMPARED = re.compile(r"/chosen (stdout-path|#)|/chosen/module0x\(\w+\) (compatible|bootargs) ")


def meaning(listing):
    """The lines of a listing, without what tells the two apart and Xen does not see."""
    for line in listing.splitlines():
        for pattern, other in ALIKE:
            line = re.sub(pattern, other, line)
        if "xen,xen-bootargs" in line:
            line = " ".join(sorted(line.replace('"', " ").split()))
        if not NOT_COMPARED.match(line):
            yield line


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_means_what_imagebuilder_means(system, its_files, tmp_path):
    files, few = its_files
    done = run_xendtc("import", "--files", files, "-o", tmp_path / "system.yaml", system / "config")
    assert done.returncode == 0, done.stderr.decode()
    out = tmp_path / "out"
    done = run_xendtc("build", "--files", files, "-o", out, tmp_path / "system.yaml")
    assert done.returncode == 0, done.stderr.decode()
    tree = next(out.glob("*.dtb"))
    ours = reference.listing(tree.read_bytes(), few)
    wanted = sorted(meaning((system / "chosen").read_text()))
    if system.name == "rpi4-cpupools":
        # ImageBuilder gives the pools to CPUs that are none; ours are those that it names.
        wanted = [re.sub(r"(cpupool_(\d) cpupool-cpus) .*", lambda m: f"{m[1]} " + ", ".join(
            f"&/cpus/cpu@{n}" for n in ((0, 1), (2, 3))[int(m[2])]), w) for w in wanted]
    assert sorted(meaning(ours)) == wanted
