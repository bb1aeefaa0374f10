# SPDX-License-Identifier: BSD-2-Clause
"""A tree that xendtc made, imported, becomes the same tree again; and what others make."""

import random
import re
import subprocess

import pytest
import yaml

import test_cases
from conftest import HERE, run_xendtc

TREES = sorted(p.parent for p in (HERE / "import").glob("*/tree.dts"))
SCRIPTS = sorted(p.parent for p in (HERE / "import").glob("*/boot.cmd"))


def tree_name(case):
    described = yaml.safe_load((case / "system.yaml").read_text())
    tree = described.get("device-tree", "bcm2711-rpi-4-b.dtb")
    return tree["file"] if isinstance(tree, dict) else tree


def is_whole(case):
    """The script says it all: not what firmware does by itself, nor what dom0 does later; and it
    calls the files as the user does."""
    text = (case / "system.yaml").read_text()
    return (case / "expected" / "boot2.source").exists() and not re.search(
        r"command: (?!booti|bootefi)\w+ |{command:|overlays:|boot: false|passthrough:"
        r"|from: firmware|extends:|prefix:|names: content", text)


def sorted_text(tree):
    """Without the room for dom0's tree, which is rounded from what is not yet final."""
    text = subprocess.run(["dtc", "-q", "-s", "-I", "dtb", "-O", "dts", tree], check=True,
                          stdout=subprocess.PIPE).stdout
    return re.sub(rb"\n\s*xendtc,room.*", b"", text)


def tree_of(out):
    """Below a prefix, and called by its content, where the case says so."""
    return next(out.rglob("*.dtb*"))


@pytest.mark.parametrize("case", [c for c in test_cases.CASES if is_whole(c)],
                         ids=lambda c: c.name)
def test_round_trip(case, fixtures, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    assert test_cases.build(case, fixtures, first).returncode == 0
    made = tree_of(first)
    memory = str(yaml.safe_load((case / "system.yaml").read_text())["memory"])
    options = test_cases.options_of(case, fixtures)
    done = run_xendtc("import", "--layout", "--memory", memory, made, first / "boot2.source",
                      *[w for i, w in enumerate(options)
                        if "--board-path" in (w, options[i - 1])])
    assert done.returncode == 0, done.stderr.decode()
    text = done.stdout.decode()
    text = re.sub(r"^(device-tree:.*?)[\w.-]+\.dtb", rf"\g<1>{tree_name(case)}", text, flags=re.M)
    (tmp_path / "system.yaml").write_text(text)
    done = run_xendtc("build", "-q", "--files", fixtures, "-o", second, *options,
                      tmp_path / "system.yaml")
    assert done.returncode == 0, done.stderr.decode() + text
    assert sorted_text(made) == sorted_text(tree_of(second))


def assert_can_be_read(text, folder):
    """What import writes may be refused for what it says, such as an address that Xen refuses
    (E0205) or a domain that has no kernel there, which import reports (E0202), but never for
    its form."""
    (folder / "read.yaml").write_bytes(text)
    done = run_xendtc("check", "--no-files", "-q", "read.yaml", cwd=folder)
    found = set(re.findall(rb"error\[(E0[12]\d\d)", done.stderr)) - {b"E0205"}
    if b"has no kernel" in text:
        found -= {b"E0202"}
    assert not found, done.stderr.decode() + text.decode()


@pytest.mark.parametrize("name", ["x" * 100, "x" * 200, "x" * 1100, "\x01" * 128, "\x01" * 129],
                         ids=len)
def test_long_names_of_properties(name, tmp_path):
    """One that could not be a key is not carried over."""
    subprocess.run(["dtc", "-q", "-O", "dtb", "-o", tmp_path / "long.dtb",
                    HERE / "errors" / "W1052-unread.dts"], check=True)
    subprocess.run(["fdtput", "-t", "x", tmp_path / "long.dtb", "/chosen/net", name, "7"], check=True)
    done = run_xendtc("import", "--board", "rpi4", "--memory", "1G", tmp_path / "long.dtb")
    assert done.returncode == 0
    assert_can_be_read(done.stdout, tmp_path)
    assert (b"<0x7>" in done.stdout) == (len(name) <= 128)


def test_damaged_trees(fixtures, tmp_path):
    """No crash, whatever the bytes: run_xendtc() sees to that."""
    case = HERE / "cases" / "qemu-static"
    assert test_cases.build(case, fixtures, tmp_path / "out").returncode == 0
    good = (tmp_path / "out" / "services.dtb").read_bytes()
    script = (tmp_path / "out" / "boot2.source").read_bytes()
    draw = random.Random(20)
    for number in range(60):
        blob, text = bytearray(good), bytearray(script)
        for _ in range(draw.randrange(1, 40)):
            blob[draw.randrange(56, len(blob))] = draw.choice((0, 1, 0x2d, 0xff))
            text[draw.randrange(len(text))] = draw.choice(b'$"{};&\n\\ #')
        (tmp_path / "bad.dtb").write_bytes(blob)
        (tmp_path / "bad.source").write_bytes(text)
        done = run_xendtc("import", *["--layout"] * (number % 2), tmp_path / "bad.dtb",
                          tmp_path / "bad.source")
        assert done.returncode in (0, 1)
        if not done.returncode:
            assert_can_be_read(done.stdout, tmp_path)


@pytest.mark.parametrize("case", TREES, ids=lambda c: c.name)
def test_import_of_others(case, fixtures, tmp_path, golden):
    """tree.dts, with script if there is one, becomes system.yaml, which is good."""
    blob = tmp_path / "tree.dtb"
    subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", blob,
                               case / "tree.dts"], check=True)
    script = [case / "script"] if (case / "script").exists() else []
    done = run_xendtc("import", blob, *script, *test_cases.options_of(case, fixtures))
    assert done.returncode == 0
    found = done.stderr.replace(str(tmp_path).encode(), b"TMP").replace(
        str(case).encode(), b"CASE")
    golden.all({case / "system.yaml": done.stdout.replace(str(tmp_path).encode(), b"TMP"),
                case / "err": found})
    good = run_xendtc("check", "--files", fixtures, "-q", "system.yaml", cwd=case)
    assert good.returncode == 0, good.stderr.decode()


def check_import(case, done, replaced, golden):
    """What came out, its messages, and that the description is good without files."""
    text, found = done.stdout, done.stderr
    for folder, name in replaced:
        text = text.replace(str(folder).encode(), name)
        found = found.replace(str(folder).encode(), name)
    assert done.returncode == 0, found.decode()
    golden(case / "system.yaml", text)
    golden(case / "err", found)
    good = run_xendtc("check", "--no-files", "-q", "system.yaml", cwd=case)
    assert good.returncode == 0, good.stderr.decode()


@pytest.mark.parametrize("case", SCRIPTS, ids=lambda c: c.name)
def test_import_of_scripts(case, fixtures, golden):
    """boot.cmd becomes system.yaml."""
    done = run_xendtc("import", *test_cases.options_of(case, fixtures), "boot.cmd", cwd=case)
    check_import(case, done, [(fixtures, b"FILES")], golden)


@pytest.mark.parametrize("case", SCRIPTS, ids=lambda c: c.name)
def test_packed_script_is_the_same(case, fixtures, tmp_path):
    """mkimage's form of the script, and the script on standard input."""
    packed = tmp_path / "boot.cmd"
    subprocess.run(["mkimage", "-A", "arm64", "-T", "script", "-C", "none", "-d",
                    case / "boot.cmd", packed], check=True, stdout=subprocess.DEVNULL)
    options = test_cases.options_of(case, fixtures)
    wanted = run_xendtc("import", *options, case / "boot.cmd").stdout
    assert run_xendtc("import", *options, packed).stdout == wanted
    done = run_xendtc("import", *options, "--stdin-filename", "boot.cmd", "-",
                      stdin=(case / "boot.cmd").read_bytes())
    assert done.stdout == wanted


@pytest.mark.parametrize("case", SCRIPTS, ids=lambda c: c.name)
def test_tree_and_script_in_either_order(case, fixtures):
    """The unedited tree beside the script; what is named first names the result."""
    tree = fixtures / ("bcm2711-rpi-4-b.dtb" if "rpi4" in (case / "system.yaml").read_text()
                       else "virt-gicv3.dtb")
    options = test_cases.options_of(case, fixtures)
    one = run_xendtc("import", *options, tree, case / "boot.cmd")
    two = run_xendtc("import", *options, case / "boot.cmd", tree)
    assert one.returncode == two.returncode == 0, one.stderr.decode()
    assert one.stdout.splitlines()[1:] == two.stdout.splitlines()[1:]
    described = yaml.safe_load(one.stdout)
    alone = yaml.safe_load((case / "system.yaml").read_text())
    assert {k: v for k, v in described.items() if k not in ("memory", "device-tree")} == {
        k: v for k, v in alone.items() if k not in ("memory", "device-tree")}


def test_uefi_round_trip(fixtures, tmp_path):
    """Names of files, and that UEFI loads them; only Xen's own name stands nowhere."""
    case, first, second = HERE / "cases" / "qemu-uefi", tmp_path / "first", tmp_path / "second"
    assert test_cases.build(case, fixtures, first).returncode == 0
    done = run_xendtc("import", first / "virt-gicv3.dtb")
    assert done.returncode == 0, done.stderr.decode()
    text = done.stdout.decode().replace("image: xen ", "image: xen-efi ")
    described, wanted = yaml.safe_load(text), yaml.safe_load((case / "system.yaml").read_text())
    for key in ("xen", "dom0", "guests", "boot"):
        assert described[key] == wanted[key]
    (tmp_path / "system.yaml").write_text(text.replace("device-tree: virt.dtb",
                                                       "device-tree: virt-gicv3.dtb"))
    done = run_xendtc("build", "-q", "--files", fixtures, "-o", second, tmp_path / "system.yaml")
    assert done.returncode == 0, done.stderr.decode()
    assert sorted_text(first / "virt-gicv3.dtb") == sorted_text(second / "virt-gicv3.dtb")


@pytest.mark.parametrize("name", ["qemu-firmware-tree", "qemu-firmware-devices"])
def test_firmware_round_trip(name, fixtures, tmp_path):
    """The script alone says what is changed in the tree of the firmware; a guest's partial tree
    is a file by now."""
    case, first, second = HERE / "cases" / name, tmp_path / "first", tmp_path / "second"
    assert test_cases.build(case, fixtures, first).returncode == 0
    done = run_xendtc("import", "--board", "qemu-arm64", "--memory", "2G", first / "boot2.scr")
    assert done.returncode == 0, done.stderr.decode()
    (tmp_path / "system.yaml").write_text(
        done.stdout.decode().replace("virt.dtb", tree_name(case)))
    few = tmp_path / "few"
    few.mkdir()
    for path in (*fixtures.iterdir(), *first.glob("*-passthrough.dtb")):
        (few / path.name).symlink_to(path)
    done = run_xendtc("build", "-q", "--files", few, "-o", second, tmp_path / "system.yaml")
    assert done.returncode == 0, done.stderr.decode()
    edits = [[line for line in (folder / "boot2.source").read_text().splitlines()
              if re.match(r"\s*fdt (set|mknode)", line)] for folder in (first, second)]
    assert len(edits[0]) > 10 and sorted(edits[0]) == sorted(edits[1])
