# SPDX-License-Identifier: BSD-2-Clause
"""Options, exit codes, forms of the diagnostics, and what happens to files."""

import json
import os
import pty
import random
import re
import resource
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

import make
import test_cases
import test_errors
from conftest import BESIDE, BINARY, GOOD, HERE, TOP, environment, run_xendtc

WARNED = GOOD.replace("initrd.cpio", "rootfs.img").replace("Image", "Image-linux")
REFUSED = GOOD.replace("512M", "512")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "warned.yaml").write_text(WARNED)
    (tmp_path / "refused.yaml").write_text(REFUSED)
    return tmp_path


@pytest.fixture
def run(folder, fixtures):
    """run(WORDS): xendtc in a folder with a good, a doubtful and a bad description."""
    return lambda *words, **more: run_xendtc("--files", fixtures, *words, cwd=folder, **more)


def contents(folder):
    """What is in all files, but for those that are mostly holes."""
    return {str(p.relative_to(folder)): p.read_bytes()
            for p in sorted(folder.rglob("*")) if p.is_file() and p.stat().st_size < 1 << 24}


# Exit codes.

@pytest.mark.parametrize("words, code", [
    (["good.yaml"], 0), (["build", "good.yaml"], 0), (["check", "good.yaml"], 0),
    (["map", "good.yaml"], 0), (["check", "warned.yaml"], 0),
    (["check", "refused.yaml"], 1), (["refused.yaml"], 1), (["map", "refused.yaml"], 1),
    (["check", "-Werror", "warned.yaml"], 1), (["build", "-Werror", "warned.yaml"], 1),
    (["check", "none.yaml"], 3), (["check", "good.yaml", "none.yaml"], 3),
    (["check", "none.yaml", "refused.yaml"], 3), (["check", "good.yaml", "refused.yaml"], 1),
    (["build", "-o", "good.yaml/out", "good.yaml"], 3),
    (["build", "-o", "/proc/xendtc/out", "good.yaml"], 3),
    ([], 2), (["build"], 2), (["check"], 2), (["--nonsense"], 2), (["explain"], 2),
    (["explain", "E9999"], 2), (["schema", "nonsense"], 2), (["build", "a", "b"], 2),
    (["check", "--format", "xml", "good.yaml"], 2), (["check", "-WE0401", "good.yaml"], 2),
    (["check", "-Wnonsense", "good.yaml"], 2), (["check", "--color", "red", "good.yaml"], 2),
    (["build", "--no-files", "good.yaml"], 2), (["check", "good.yaml", "--board-path"], 2),
])
def test_exit_code(run, words, code):
    done = run(*words)
    assert done.returncode == code, done.stderr.decode()
    if code == 2:
        assert done.stderr and not done.stdout
    if code == 3:
        assert re.search(rb"error\[E(0301|0901)\]", done.stderr)


@pytest.mark.parametrize("words, said", [
    (["chekc", "good.yaml"], "no verb is called 'chekc'; did you mean 'check'?"),
    (["chekc"], "no verb is called 'chekc'; did you mean 'check'?"),
    (["system"], "neither a verb nor a file is called 'system'; verbs are build, check, map, import, "
     "init, explain, schema, boards, help, version"),
    (["check", "--filse", "x", "good.yaml"],
     "no option is called '--filse'; did you mean '--files'?"),
    (["check", "--no", "good.yaml"],
     "'--no' is short for more than one option: --no-files --no-hash"),
    (["check", "--board-path"], "--board-path wants DIR"),
    (["build", "--stage=3", "good.yaml"], "--stage takes no value"),
    (["-Z", "good.yaml"], "no option is called '-Z'"),
    (["check", "-files", "x", "good.yaml"], "no option is called '-files'; did you mean '--files'?"),
    (["check", "-format=json", "good.yaml"],
     "no option is called '-format=json'; did you mean '--format'?"),
    (["check", "-", "-"], "standard input is read once, and '-' is given twice"),
    (["check", "\u2013fix", "good.yaml"], "'\u2013fix' begins with a dash that is none; write --fix"),
    ([], "build wants FILE, as in `xendtc system.yaml`"),
    (["check"], "check wants FILE..., as in `xendtc check system.yaml`"),
    (["explain"], "explain wants CODE|KEY, as in `xendtc explain E0401`"),
    (["build", ""], "build wants FILE, not an empty word"),
    (["build", "a.yaml", "b.yaml"],
     "build takes one file at a time, not 'a.yaml' and 'b.yaml'; `xendtc check` takes many"),
    (["explain", "E0401", "E0402"], "explain takes CODE|KEY and nothing else"),
    (["build", "-o", "", "good.yaml"], "--output wants DIR, not an empty word"),
    (["check", "--files=", "good.yaml"], "--files wants DIR, not an empty word"),
    (["check", "--board-path", "", "good.yaml"], "--board-path wants DIR, not an empty word"),
    (["map", "--svg", "", "good.yaml"], "--svg wants FILE, not an empty word"),
    (["boards", "rpi4"], "boards takes options and nothing else"),
    (["build", "--json", "good.yaml"], "--json is for map"),
    (["check", "--layout", "good.yaml"], "--layout is for import"),
    (["import", "--format", "json", "config"],
     "with --format the YAML needs a file of its own: -o FILE"),
    (["help", "nonsense"], "no verb is called 'nonsense'"),
])
def test_usage_says_what_is_wrong(run, words, said):
    done = run(*words)
    assert done.returncode == 2 and not done.stdout
    assert done.stderr.decode().splitlines()[0] == f"xendtc: {said}"


def test_file_that_is_called_like_no_verb(run, folder):
    """A word that is no verb is a file, if there is one."""
    (folder / "chekc").write_text(GOOD)
    assert run("-q", "chekc").returncode == 0


@pytest.mark.parametrize("option", ["--html", "--svg", "--depfile"])
@pytest.mark.parametrize("name", ["warned.yaml", "new.yaml", "new.yml"])
def test_no_description_is_written_over(run, folder, option, name):
    """`map --html a.yaml b.yaml`: the name of the page was forgotten."""
    before = contents(folder)
    done = run("build" if option == "--depfile" else "map", option, name, "good.yaml")
    assert done.returncode == 2 and contents(folder) == before
    assert f"{option} would write over '{name}'" in done.stderr.decode()


SANITIZED = b"__asan_init" in BINARY.read_bytes() if BINARY.exists() else False


@pytest.mark.skipif(SANITIZED, reason="sanitizers want all address space that there is")
def test_out_of_memory(folder):
    guests = "".join(f"  g{i}: {{kernel: Image, memory: 64M, vcpus: 1}}\n" for i in range(5000))
    (folder / "large.yaml").write_text(GOOD + "guests:\n" + guests)
    limit = 24 << 20
    done = subprocess.run(
        [BINARY, "check", "--no-files", "large.yaml"], cwd=folder, env=environment(),
        stderr=subprocess.PIPE, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    assert done.returncode == 3 and done.stderr == b"xendtc: out of memory\n"


@pytest.mark.parametrize("epoch", ["", "x", "-1", "1.5", "99999999999999999999"])
def test_epoch_that_is_none(run, epoch):
    done = run("build", "good.yaml", env={"SOURCE_DATE_EPOCH": epoch})
    assert done.returncode == 2 and b"SOURCE_DATE_EPOCH" in done.stderr


def test_stdout_that_is_full(run):
    with open("/dev/full", "w") as full:
        done = subprocess.run([BINARY, "schema"], stdout=full, stderr=subprocess.PIPE,
                              env=environment(), check=False)
    assert done.returncode == 3 and b"No space left" in done.stderr


@pytest.mark.parametrize("option", ["--help", "-h", "--version", "-V"])
def test_help_and_version(option):
    done = run_xendtc(option)
    assert done.returncode == 0 and done.stdout and not done.stderr


def test_help_of_a_verb():
    page = run_xendtc("help", "map").stdout
    assert page == run_xendtc("map", "--help").stdout
    assert page.startswith(b"usage: xendtc map [OPTIONS] FILE...\n") and b"--svg" in page
    assert b"--layout" not in page and b"--layout" in run_xendtc("help", "import").stdout
    assert run_xendtc("help").stdout == run_xendtc("--help").stdout


@pytest.mark.parametrize("words", [[], ["schema"], ["import"], ["check"], ["map"]], ids=str)
def test_help_fits_a_terminal(words):
    """Of 80 columns; only a line of usage, which is typed as it is, may be longer."""
    lines = run_xendtc("help", *words).stdout.decode().splitlines()
    assert [line for line in lines if len(line) > 80 and not line.startswith("usage:")] == []


def test_help_names_every_form():
    """The forms of the help page are those that there are."""
    page = run_xendtc("--help").stdout.decode()
    forms = re.search(r"--format FORM +form of the findings: (.*?)\n +--", page, re.S)[1]
    forms = re.split(r",\s+", forms)
    assert len(forms) == 7
    for form in forms:
        done = run_xendtc("check", "--format", form, TOP / "none.yaml")
        assert done.returncode == 3 and b"E0301" in done.stdout + done.stderr


def test_help_names_every_verb_and_option():
    text = run_xendtc("--help").stdout.decode()
    for word in ("build", "check", "map", "explain", "schema", "boards", "--output", "--dtb",
                 "--board-path", "--files", "--format", "--color", "-Werror", "-Wno-", "--quiet",
                 "--verbose", "--depfile", "--no-files", "--stdin-filename", "--stage"):
        assert word in text, word


# Warnings.

def test_warning_is_switched_off(run):
    assert b"W0307" in run("check", "warned.yaml").stderr
    for words in (["-Wno-W0307"], ["-W", "no-W0307"], ["-Werror", "-Wno-W0307"],
                  ["-Wno-w0307"], ["-Wno-W0307", "-Werror"]):
        done = run("check", *words, "warned.yaml")
        assert done.returncode == 0 and not done.stderr
    done = run("check", "-Wno-W0307", "-WW0307", "warned.yaml")
    assert b"W0307" in done.stderr


def test_werror_writes_nothing(run, folder):
    done = run("build", "-Werror", "warned.yaml")
    assert done.returncode == 1 and b"error[W0307]" in done.stderr
    assert not (folder / "out").exists()


# Forms of the diagnostics.

SAMPLES = ["E0201-many", "E0202-missing", "E0401-xen-on-board", "E0108-twice-inside", "E0514-alias",
           "E0601-window", "W0517-disabled", "E0805-much", "E0210-line", "E0103-comments"]


def findings_of_text(text):
    head = re.compile(r"^(?:(.+?)(?::(\d+):(\d+))?|xendtc): (error|warning)\[(\w+)\]: (.*)$")
    for line in text.splitlines():
        found = head.match(line)
        if found and not line.startswith(" "):
            file, line_number, column, severity, code, message = found.groups()
            yield (file, line_number and int(line_number), column and int(column), severity,
                   code, message)


def findings_of_json(document):
    for d in document["diagnostics"]:
        place = d["place"] or {}
        yield (place.get("file"), place.get("line"), place.get("column"), d["severity"],
               d["code"], d["message"])


def findings_of_sarif(document):
    for r in document["runs"][0]["results"]:
        where = r["locations"][0]["physicalLocation"]
        region = where.get("region", {})
        yield (where.get("artifactLocation", {}).get("uri"), region.get("startLine"),
               region.get("startColumn"), r["level"], r["ruleId"],
               re.split("\n(?:note|help): ", r["message"]["text"])[0])


@pytest.mark.parametrize("name", SAMPLES)
def test_forms_agree(name, fixtures):
    def check(form):
        return run_xendtc("check", "--files", fixtures, "--format", form, f"{name}.yaml",
                          cwd=test_errors.ERRORS)

    text, as_json, sarif = check("text"), check("json"), check("sarif")
    assert text.returncode == as_json.returncode == sarif.returncode
    assert not as_json.stderr and not sarif.stderr and not text.stdout
    wanted = list(findings_of_text(text.stderr.decode()))
    assert wanted and wanted == list(findings_of_json(json.loads(as_json.stdout)))
    assert wanted == list(findings_of_sarif(json.loads(sarif.stdout)))


def test_json_has_notes_and_help(fixtures):
    done = run_xendtc("check", "--files", fixtures, "--format", "json",
                      "E0401-dom0-kernel-on-xen.yaml", cwd=test_errors.ERRORS)
    document = json.loads(done.stdout)
    [finding] = document["diagnostics"]
    assert document["version"] == 1
    assert finding["place"]["endColumn"] > finding["place"]["column"]
    assert finding["notes"][0]["place"]["line"] == 7 and finding["help"]


def test_good_is_an_empty_list(run):
    assert json.loads(run("check", "--format", "json", "good.yaml").stdout)["diagnostics"] == []
    sarif = json.loads(run("check", "--format", "sarif", "good.yaml").stdout)
    assert sarif["version"] == "2.1.0" and sarif["runs"][0]["results"] == []
    rules = [r["id"] for r in sarif["runs"][0]["tool"]["driver"]["rules"]]
    assert "E0401" in rules and len(set(rules)) == len(rules)


def test_finding_without_a_place(run, own_fixtures):
    done = run("build", "--format", "json", "--files", own_fixtures, "-o", own_fixtures,
               "good.yaml")
    [finding] = json.loads(done.stdout)["diagnostics"]
    assert finding["code"] == "E0902" and finding["place"] is None
    done = run("check", "--format", "json", "none.yaml")
    [finding] = json.loads(done.stdout)["diagnostics"]
    assert finding["code"] == "E0301" and finding["place"] == {"file": "none.yaml"}


def test_name_that_is_not_utf8(run, folder):
    name = b"caf\xe9.yaml"
    with open(os.path.join(os.fsencode(folder), name), "w") as f:
        f.write(REFUSED)
    for form in ("json", "sarif"):
        done = run("check", "--format", form, os.fsdecode(name))
        assert done.returncode == 1
        assert b"E0207" in done.stdout
        json.loads(done.stdout.decode("utf-8"))


# Colours.

def run_on_terminal(words, folder, **env):
    """What xendtc prints on a terminal."""
    try:
        ours, theirs = pty.openpty()
    except OSError as e:      # a bare chroot has no /dev/pts
        pytest.skip(f"no terminal to be had: {e}")
    words = words if BESIDE else [*words, "--board-path", TOP / "boards"]
    subprocess.run([BINARY, *words], cwd=folder, stderr=theirs, stdout=subprocess.DEVNULL,
                   env=environment(**{"TERM": "xterm", **env}), check=False)
    os.close(theirs)
    text = b""
    try:
        while chunk := os.read(ours, 65536):
            text += chunk
    except OSError:		# the other end is closed
        pass
    os.close(ours)
    return text


def test_colors(run, folder):
    words = ["check", "refused.yaml"]
    assert b"\033[" not in run(*words).stderr
    assert b"\033[" in run(*words, "--color", "always").stderr
    assert b"\033[" in run(*words, "--color=always", env={"NO_COLOR": "1"}).stderr
    assert b"\033[" in run_on_terminal(words, folder)
    assert b"\033[" in run_on_terminal(words, folder, NO_COLOR="")
    assert b"\033[" not in run_on_terminal(words, folder, NO_COLOR="1")
    assert b"\033[" not in run_on_terminal(words, folder, TERM="dumb")
    assert b"\033[" not in run_on_terminal([*words, "--color=never"], folder)


def test_colors_change_nothing_else(run):
    plain, colored = (run("check", "refused.yaml", f"--color={c}").stderr
                      for c in ("never", "always"))
    assert re.sub(rb"\033\[[0-9;]*m", b"", colored) == plain


# Standard input.

def test_stdin(run, folder):
    done = run("check", "-", stdin=REFUSED.encode())
    assert done.returncode == 1 and done.stderr.startswith(b"<stdin>:5:")
    done = run("check", "--stdin-filename", "sub/x.yaml", "-", stdin=REFUSED.encode())
    assert done.stderr.startswith(b"sub/x.yaml:5:")
    done = run("build", "-o", "out", "-", stdin=GOOD.encode())
    assert done.returncode == 0 and (folder / "out" / "manifest.json").exists()


def test_stdin_looks_for_files_beside_its_name(folder, own_fixtures):
    done = run_xendtc("check", "--stdin-filename", f"{own_fixtures}/x.yaml", "-",
                      cwd=folder, stdin=GOOD.encode())
    assert done.returncode == 0, done.stderr.decode()


# Many files, missing files.

def test_empty_maps_and_lists_say_nothing(run, folder):
    """Not even that this Xen is too old for the key."""
    (folder / "empty.yaml").write_text(GOOD + "cpupools: {}\nshared-memory: {}\nguests:\n"
        "  net: {kernel: Image, memory: 64M, vcpus: 1, capabilities: [], vcpu-affinity: {}, "
        "static-memory: []}\n")
    done = run("check", "-q", "empty.yaml")
    assert done.returncode == 0 and not done.stderr, done.stderr.decode()


def test_check_takes_many(run):
    done = run("check", "refused.yaml", "good.yaml", "warned.yaml")
    places = [f[:2] + f[4:5] for f in findings_of_text(done.stderr.decode())]
    assert places == [("refused.yaml", 5, "E0207"), ("warned.yaml", 5, "W0307")]
    assert not done.stdout


def test_no_files(folder):
    done = run_xendtc("check", "--no-files", "good.yaml", "warned.yaml", cwd=folder)
    assert done.returncode == 0
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 2 and all("--no-files" in line for line in lines)
    assert lines[0].startswith("good.yaml: 4 files were not looked at")
    assert run_xendtc("check", "-q", "--no-files", "good.yaml", cwd=folder).stderr == b""


def test_no_files_still_sees_overlaps(folder):
    text = GOOD.replace("image: xen", "image: {file: xen, address: 0x2d200000}")
    (folder / "good.yaml").write_text(text)
    done = run_xendtc("check", "--no-files", "good.yaml", cwd=folder)
    assert done.returncode == 1 and b"E0401" in done.stderr


@pytest.mark.parametrize("name", [n for n, p in test_errors.PATHS.items()
                                  if n[:3] in ("E01", "E02") and p.suffix == ".yaml"])
def test_no_files_is_no_excuse(name, fixtures):
    """What is wrong with the text is wrong without the files, too."""
    case = test_errors.Case(name)
    done = run_xendtc("check", "--no-files", f"{name}.yaml", cwd=test_errors.ERRORS)
    assert done.returncode == 1
    found = list(findings_of_text(done.stderr.decode()))
    wanted = list(findings_of_text(case.path.with_suffix(".err").read_text()))
    assert [f for f in wanted if f[4][:3] in ("E01", "E02") and f not in found] == []
    assert {f[4] for f in found} <= {f[4] for f in wanted} | OF_LINUX | {"W0819"}


# What is asked of the command line of a domain whose kernel is Linux, or may be.
OF_LINUX = {"W0705", "W0740", "W0741", "W0742", "W0743", "W0744", "W0745"}


@pytest.mark.parametrize("case", test_cases.CASES, ids=lambda c: c.name)
def test_no_files_refuses_nothing_good(case, tmp_path):
    """It also gives no other warnings than with the files. Two kinds may be added: W0819, for without
    a .config nobody knows how Xen was built; and those about Linux, for a kernel that is not read may
    be Linux, which those of the fixtures do not say of themselves."""
    for path in case.glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    done = run_xendtc("check", "--no-files", "-Wno-W0819", "system.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    codes = {f[4] for f in findings_of_text(done.stderr.decode())}
    known = set(re.findall(r"warning\[(\w+)\]", (case / "expected" / "messages.txt").read_text()))
    assert codes <= OF_LINUX | known, codes - OF_LINUX - known


# The set of outputs: all or nothing.

OUTPUTS = ["bcm2711-rpi-4-b.dtb", "boot.scr", "boot.source", "boot2.scr", "boot2.source",
           "config.txt", "manifest.json"]


def test_outputs_beside_the_description(run, folder, own_fixtures):
    assert run("good.yaml").returncode == 0
    assert sorted(contents(folder / "out")) == OUTPUTS
    (own_fixtures / "good.yaml").write_text(GOOD)
    done = run_xendtc(own_fixtures / "good.yaml", cwd=folder)
    assert done.returncode == 0 and sorted(contents(own_fixtures / "out")) == OUTPUTS


def test_quiet_and_verbose(run):
    assert run("build", "-q", "good.yaml").stdout == b""
    assert run("build", "good.yaml").stdout == b"xendtc: good.yaml -> out/\n"
    assert b"boot2.scr" in run("build", "-v", "good.yaml").stdout


def spoil_image(folder, files):
    (files / "Image").unlink()


def spoil_yaml(folder, files):
    (folder / "good.yaml").write_text(REFUSED)


def spoil_target(folder, files):
    (folder / "out" / "manifest.json").unlink()
    (folder / "out" / "manifest.json").mkdir()


def spoil_tree(folder, files):
    (files / "bcm2711-rpi-4-b.dtb").unlink()
    (files / "bcm2711-rpi-4-b.dtb").write_bytes(b"\xd0\x0d\xfe\xed")


@pytest.mark.parametrize("spoil", [spoil_image, spoil_yaml, spoil_target, spoil_tree])
def test_failed_build_changes_nothing(spoil, folder, own_fixtures):
    def build():
        return run_xendtc("build", "-q", "--files", own_fixtures, "good.yaml", cwd=folder)

    assert build().returncode == 0
    (folder / "good.yaml").write_text(GOOD.replace("512M", "768M"))
    spoil(folder, own_fixtures)
    before = contents(folder / "out")
    assert build().returncode in (1, 3)
    assert contents(folder / "out") == before


def test_input_is_never_overwritten(folder, own_fixtures):
    for name in ("boot2.source", "manifest.json"):
        (own_fixtures / "good.yaml").write_text(GOOD.replace("initrd.cpio", name))
        (own_fixtures / name).write_bytes((own_fixtures / "initrd.cpio").read_bytes())
        before = contents(own_fixtures)
        done = run_xendtc("build", "--dtb", own_fixtures / "cut.dtb", "-o", ".", "good.yaml",
                          cwd=own_fixtures)
        assert done.returncode == 1
        done = run_xendtc("build", "-o", ".", "good.yaml", cwd=own_fixtures)
        assert done.returncode == 1 and b"E0903" in done.stderr
        done = run_xendtc("build", "-o", ".", "--unchecked", "E0903", "good.yaml",
                          cwd=own_fixtures)
        assert done.returncode == 1 and b"E0902" in done.stderr
        assert contents(own_fixtures) == before


def test_description_is_never_overwritten(folder, own_fixtures):
    """Not even if it is called like an output, or is another name of one."""
    (own_fixtures / "config.txt").write_text(GOOD)
    done = run_xendtc("build", "-o", ".", "--files", ".", "--dtb", "virt.dtb", "config.txt",
                      cwd=own_fixtures)
    assert done.returncode == 1
    (own_fixtures / "out").mkdir()
    os.link(own_fixtures / "config.txt", own_fixtures / "out" / "boot.source")
    done = run_xendtc("build", "config.txt", cwd=own_fixtures)
    assert done.returncode == 1 and b"E0902" in done.stderr
    assert (own_fixtures / "config.txt").read_text() == GOOD


def test_refused_depfile_changes_nothing(run, folder):
    (folder / "good").write_text(GOOD)
    done = run("build", "--depfile", "good", "good")
    assert done.returncode == 1 and b"E0902" in done.stderr
    assert not (folder / "out").exists() and (folder / "good").read_text() == GOOD


def start_build(folder, files, name):
    words = [BINARY, "build", "-q", "--stage", "--files", files, "-o", "out", name]
    if not BESIDE:
        words += ["--board-path", TOP / "boards"]
    return subprocess.Popen(words, cwd=folder, env=environment())


def test_killed_at_any_moment(folder, own_fixtures):
    """Each file is the old one or the new one, whole."""
    other = GOOD.replace("512M", "768M")
    (folder / "good.yaml").write_text(GOOD)
    (folder / "other.yaml").write_text(other)
    whole = {}
    for name in ("good.yaml", "other.yaml"):
        began = time.monotonic()
        assert start_build(folder, own_fixtures, name).wait() == 0
        took = time.monotonic() - began
        for path, data in contents(folder / "out").items():
            whole.setdefault(path, set()).add(data)
    moments = random.Random(4711)
    for i in range(40):
        process = start_build(folder, own_fixtures, ("good.yaml", "other.yaml")[i % 2])
        time.sleep(moments.uniform(0, took))
        process.send_signal(signal.SIGKILL)
        process.wait()
        for path, data in contents(folder / "out").items():
            if not os.path.basename(path).startswith("."):
                assert data in whole[path], path


# Other options.

def test_depfile(run, folder, fixtures):
    done = run("build", "-q", "--depfile", "out.d", "good.yaml")
    assert done.returncode == 0, done.stderr.decode()
    target, inputs = (folder / "out.d").read_text().replace("\\\n", " ").split(":", 1)
    assert target == "out/manifest.json" and (folder / target).exists()
    names = inputs.split()
    assert {"good.yaml", f"{fixtures}/xen", f"{fixtures}/Image", f"{fixtures}/initrd.cpio",
            f"{fixtures}/bcm2711-rpi-4-b.dtb"} <= set(names)
    assert any(n.endswith("boards/rpi4/board.yaml") for n in names)
    assert all((folder / n).exists() for n in names)


def test_depfile_escapes_spaces(folder, own_fixtures):
    spaced = folder / "a b"
    own_fixtures.rename(spaced)
    done = run_xendtc("build", "-q", "--files", spaced, "--depfile", "d", "good.yaml", cwd=folder)
    assert done.returncode == 0
    assert "a\\ b/xen" in (folder / "d").read_text()


def test_stage_links(run, folder, fixtures):
    for _ in range(2):
        assert run("build", "-q", "--stage-links", "good.yaml").returncode == 0
        for name in ("xen", "Image", "initrd.cpio"):
            assert (folder / "out" / name).stat().st_ino == (fixtures / name).stat().st_ino


def test_stage_copies(run, folder, fixtures):
    """What is written into the output folder does not reach the user's files; not even where
    earlier runs made links, and whatever the mode of the source and the umask are."""
    assert run("build", "-q", "--stage-links", "good.yaml").returncode == 0
    assert run("build", "-q", "--stage", "good.yaml").returncode == 0
    before = (fixtures / "Image").read_bytes()
    staged = folder / "out" / "Image"
    assert staged.stat().st_mode & 0o7777 == 0o644 and staged.read_bytes() == before
    staged.write_bytes(b"x")
    assert (fixtures / "Image").read_bytes() == before


def test_stage_follows_links(folder, own_fixtures):
    """Module files that are links themselves, relative ones included."""
    (own_fixtures / "Image").unlink()
    (own_fixtures / "Image").symlink_to("sub/Image")
    done = run_xendtc("build", "-q", "--stage", "--files", own_fixtures, "good.yaml", cwd=folder)
    assert done.returncode == 0
    staged = folder / "out" / "Image"
    assert staged.read_bytes() == (own_fixtures / "Image").read_bytes()
    assert not staged.is_symlink()


def test_stage_copies_to_another_disk(run, folder, fixtures):
    elsewhere = Path("/dev/shm")
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == folder.stat().st_dev:
        pytest.skip("there is no other disk")
    with tempfile.TemporaryDirectory(dir=elsewhere) as out:
        assert run("build", "-q", "--stage", "-o", out, "good.yaml").returncode == 0
        for name in ("xen", "Image", "initrd.cpio"):
            assert Path(out, name).read_bytes() == (fixtures / name).read_bytes()


def test_odd_name_stays_in_its_comment(run, folder):
    """It is quoted in the script, where a line end would begin a command."""
    name = "a\nreset\n'\"$x.yaml"
    (folder / name).write_text(GOOD)
    assert run("build", "-q", name).returncode == 0
    for source in (folder / "out").glob("*.source"):
        assert "reset" not in source.read_text().split()
        assert "\nreset" not in source.read_text()


def test_framebuffer_in_chosen(run, own_fixtures):
    """A simple-framebuffer, which firmware puts there, is not Xen's; seen to boot."""
    edit = (r's|stdout-path = "serial1:115200n8";|& #address-cells = <2>; #size-cells = <1>; ranges; '
            r'framebuffer@30000000 { compatible = "simple-framebuffer"; '
            r'reg = <0 0x30000000 0x100000>; }; |')
    tree = own_fixtures / "bcm2711-rpi-4-b.dtb"
    tree.unlink()
    tree.write_bytes(make.edited_tree(tree.name, [edit], own_fixtures))
    done = run("check", "--dtb", tree, "good.yaml")
    assert done.returncode == 0, done.stderr.decode()


def test_unchecked_is_for_rules(run):
    """Without a description there is nothing to write; nor with a code that is none."""
    for code in ("E0101", "E0301", "E9999"):
        done = run("build", "--unchecked", code, "good.yaml")
        assert done.returncode == 2 and code.encode() in done.stderr


def test_no_hash(run, folder):
    assert run("build", "-q", "--no-hash", "good.yaml").returncode == 0
    files = json.loads((folder / "out" / "manifest.json").read_text())["files"]
    assert not [f for f in files if f["role"] in ("xen", "kernel") and "sha256" in f]


# A board of one's own.

THIRD = """\
board: {}
memory: 2G
xen: {{image: xen}}
guests:
  net: {{kernel: Image, memory: 64M, vcpus: 1}}
"""


@pytest.mark.parametrize("board, more", [
    ("third", ["--board-path", HERE / "boards"]),
    (HERE / "boards" / "third" / "board.yaml", [])])
def test_third_board(board, more, run, folder):
    (folder / "third.yaml").write_text(THIRD.format(board))
    done = run("build", "-q", *more, "third.yaml")
    assert done.returncode == 0, done.stderr.decode()
    config = (folder / "out" / "config.txt").read_text()
    assert "third_mode=1\nthird_uart=on\n" in config
    manifest = json.loads((folder / "out" / "manifest.json").read_text())
    assert manifest["board"] == "third" and manifest["memory"] == "2G"
    assert {f["address"][:4] for f in manifest["files"] if f["role"] == "kernel"} == {"0x50"}


def test_bad_board_is_listed_as_such(folder):
    (folder / "boards" / "bad").mkdir(parents=True)
    for text, code in (("name: bad\ntitle: Bad\ncpus: 4\n", b"E0202"), ("name: other\n", b"E0305")):
        (folder / "boards" / "bad" / "board.yaml").write_text(text)
        done = run_xendtc("boards", "--board-path", folder / "boards")
        assert done.returncode == 1 and code in done.stderr and b"rpi4" in done.stdout


def test_third_board_is_listed():
    done = run_xendtc("boards", "--board-path", HERE / "boards")
    assert re.search(rb"^third +A third board: 2G$", done.stdout, re.M)


# pre-commit.

CONFIG = """\
repos:
  - repo: {}
    rev: {}
    hooks:
      - id: xendtc-check
"""

# YAML of somebody else, and of ours: name -> text.
OTHERS = {
    "system-upgrade.yaml": "- hosts: all\n  tasks: []\n",
    "system.yaml": "services: [a]\nboard: of directors\n",
    "indented.yaml": "things:\n  board: rpi4\n  xen: {image: xen}\n",
    "late.yaml": "a: 1\n# xendtc\n",
    "named.yaml": "# xendtcish\na: 1\n",
    "schema.yaml": "# yaml-language-server: $schema=https://example.org/other.schema.json\na: 1\n",
    "empty.yaml": "",
    "keys.yaml": "boards: 1\nxenon: 2\n",
    "mentions.yaml": "# xendtc is run by this\nrepos: []\n",
    "values.yaml": "a: board\nb: xen\n'c': |\n  board: 1\n  xen: 2\n",
}
OURS = {
    "boards/lab.yaml": "# xendtc\nmemory: 4G\n",
    "deep/er/x.yml": "---\n# SPDX-License-Identifier: MIT\n\n#  xendtc: the lab\nmemory: 4G\n",
    "editor.yaml": "# yaml-language-server: $schema=../schemas/system.schema.json\nmemory: 4G\n",
    "keys.yaml": "memory: 4G\nxen: {}\nboard: rpi4\n",
    "crlf.yaml": "# xendtc\r\nmemory: 4G\r\n",
    "not-yaml.yaml": "# xendtc\n[",
    "bom.yaml": "\ufeff# xendtc\nmemory: 4G\n",
    "bom-and-keys.yaml": "\ufeffboard: rpi4\nxen: {}\n",
    "indented.yaml": "  # xendtc\nmemory: 4G\n",
    "sentence.yaml": "# xendtc system of the lab\nmemory: 4G\n",
    "quoted.yaml": "\"board\": rpi4\n'xen' : {}\n",
    "extends.yaml": "extends: none.yaml\nmemory: 4G\n",
}


def put(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())


@pytest.mark.parametrize("name", OTHERS)
def test_skips_others(tmp_path, name):
    put(tmp_path, OTHERS)
    done = run_xendtc("check", "--skip-others", name, cwd=tmp_path)
    assert done.returncode == 0 and not done.stderr
    assert run_xendtc("check", name, cwd=tmp_path).returncode == 1


@pytest.mark.parametrize("name", OURS)
def test_skips_none_of_ours(tmp_path, name):
    put(tmp_path, OURS)
    done = run_xendtc("check", "--skip-others", name, cwd=tmp_path)
    assert done.returncode == 1 and name.encode() in done.stderr


def test_skips_nothing_that_is_asked_for_otherwise(tmp_path):
    assert run_xendtc("check", "--skip-others", "none.yaml", cwd=tmp_path).returncode == 3
    assert run_xendtc("check", "--skip-others", "-", cwd=tmp_path, stdin=b"a: 1\n").returncode == 1
    assert run_xendtc("map", "--skip-others", "x.yaml", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize("path", sorted((TOP / "boards").glob("*/examples/*.yaml")))
def test_examples_are_ours(path):
    done = run_xendtc("check", "--skip-others", "--no-files", path)
    assert done.returncode == 0 and b"not looked at" in done.stderr


def git(folder, *words):
    env = environment(GIT_CONFIG_GLOBAL="/dev/null", GIT_AUTHOR_NAME="t", GIT_AUTHOR_EMAIL="t@t",
                      GIT_COMMITTER_NAME="t", GIT_COMMITTER_EMAIL="t@t")
    done = subprocess.run(["git", *words], cwd=folder, env=env, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.stdout.decode().strip()


@pytest.fixture
def hooks(tmp_path):
    """A repository with the hook's definition: its folder and commit."""
    folder = tmp_path / "hooks"
    folder.mkdir()
    text = (TOP / ".pre-commit-hooks.yaml").read_text()
    (folder / ".pre-commit-hooks.yaml").write_text(text)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "hooks")
    return folder, git(folder, "rev-parse", "HEAD")


def put_on_path(folder):
    """A folder with a command xendtc that finds its boards."""
    folder.mkdir()
    more = "" if BESIDE else f" --board-path '{TOP}/boards'"
    (folder / "xendtc").write_text(f"#!/bin/sh\nexec '{BINARY}' \"$@\"{more}\n")
    (folder / "xendtc").chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_pre_commit_runs_the_hook(hooks, tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    git(project, "init", "-q")
    (project / ".pre-commit-config.yaml").write_text(CONFIG.format(*hooks))
    path = put_on_path(tmp_path / "bin")

    put(project, OTHERS)

    def pre_commit(text):
        (project / "boards").mkdir(exist_ok=True)
        (project / "boards" / "lab.yaml").write_text(text)
        git(project, "add", ".")
        return subprocess.run(
            ["pre-commit", "run", "--all-files", "--color=never"], cwd=project,
            env=environment(PATH=path, HOME=str(tmp_path), GIT_CONFIG_GLOBAL="/dev/null",
                            PRE_COMMIT_HOME=str(tmp_path / "cache")),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)

    good, bad = pre_commit(GOOD), pre_commit(REFUSED)
    assert good.returncode == 0 and b"Passed" in good.stdout, good.stdout.decode()
    assert bad.returncode == 1 and b"boards/lab.yaml:5:" in bad.stdout
    assert bad.stdout.count(b"error[") == bad.stdout.count(b"error[E0207]") == 1
