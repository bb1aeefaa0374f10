# SPDX-License-Identifier: BSD-2-Clause
"""The forms of the findings, each read as its consumers read it: they say what JSON says."""

import json
import re
import subprocess
from xml.etree import ElementTree

import pytest

from conftest import BINARY, environment, run_xendtc
from test_command_line import GOOD, REFUSED, WARNED

# Names that mean something in one of the forms.
HOSTILE = "<&>%0A::\"',=\x1b[1m\n.yaml"
BOTH = REFUSED.replace("memory: 4G", "memory: 4").replace("xen: {", "xne: {")


@pytest.fixture
def files(tmp_path):
    """Descriptions that are good, doubtful, bad in several places, and not there."""
    texts = {"good.yaml": GOOD, "warned.yaml": WARNED, "both.yaml": BOTH, HOSTILE: REFUSED,
             "overlap.yaml": GOOD.replace("kernel: Image", "kernel: {file: Image, address: 0x2d200000}")}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return [*texts, "none.yaml"]


@pytest.fixture
def check(fixtures, files, tmp_path):
    """check(FORM): what is printed in that form, and what JSON has of the same findings."""
    def run(form, *more):
        done, plain = (run_xendtc("check", "--files", fixtures, "--format", f, *more, *files,
                                  cwd=tmp_path) for f in (form, "json"))
        assert done.returncode == plain.returncode == 3
        return done, json.loads(plain.stdout)["diagnostics"]
    return run


def shown(text):
    """As escapes, which other forms than JSON have for what would be obeyed."""
    return text.replace("\x1b", r"\x1b").replace("\n", r"\n")


def place(found):
    where = found["place"]
    return shown(where["file"]), where.get("line"), where.get("column")


def test_short(check):
    done, wanted = check("short")
    line = re.compile(r"(.*?)(?::(\d+):(\d+))?: (error|warning)\[(\w+)\]: (.*)")
    found = [line.fullmatch(text).groups() for text in done.stderr.decode().splitlines()]
    assert found == [(place(w)[0], *(str(n) if n else None for n in place(w)[1:]), w["severity"],
                      w["code"], shown(w["message"])) for w in wanted]
    assert not done.stdout and not done.closing


def unescaped(text, *more):
    """What GitHub's runner does (actions/runner, ActionCommand.cs)."""
    for code, char in (("%0D", "\r"), ("%0A", "\n"), *more, ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_github(check):
    done, wanted = check("github")
    found = []
    for line in done.stdout.decode().splitlines():
        kind, properties, message = re.fullmatch(r"::(\w+) (.*?)::(.*)", line).groups()
        keys = dict(p.split("=", 1) for p in properties.split(","))
        keys = {k: unescaped(v, ("%3A", ":"), ("%2C", ",")) for k, v in keys.items()}
        found.append((kind, keys, unescaped(message).split("\n")))
    assert len(found) == len(wanted) and not done.stderr
    for (kind, keys, message), w in zip(found, wanted):
        assert kind == w["severity"] and keys["title"].startswith(w["code"] + ": ")
        assert (keys["file"], int(keys.get("line", 0)), int(keys.get("col", 0))) == \
            tuple(x or 0 for x in place(w))
        assert int(keys.get("endColumn", 0)) >= int(keys.get("col", 0))
        assert message[0] == shown(w["message"])
        assert [m for m in message if m.startswith("help: ")] == \
            ["help: " + shown(h) for h in w["help"]]
        assert len(message) == 1 + len(w["notes"]) + len(w["help"])


# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
def test_gitlab(check):
    done, wanted = check("gitlab")
    found = json.loads(done.stdout)
    assert len(found) == len(wanted)
    for issue, w in zip(found, wanted):
        assert issue["check_name"] == w["code"] and issue["description"] == w["message"]
        assert issue["severity"] == {"error": "major", "warning": "minor"}[w["severity"]]
        assert issue["location"]["path"] == w["place"]["file"]
        assert issue["location"]["lines"]["begin"] == w["place"].get("line", 1)
        assert issue["location"]["lines"]["end"] == w["place"].get("endLine", 1)
        assert all(h in issue["content"]["body"] for h in w["help"])
        assert all(n["message"] in issue["content"]["body"] for n in w["notes"])
    assert len({issue["fingerprint"] for issue in found}) == len(found)


def test_gitlab_knows_a_finding_again(run_in, tmp_path):
    """The fingerprint stays when the lines move, and paths are without ./ in front."""
    (tmp_path / "a.yaml").write_text(REFUSED)
    first = json.loads(run_in("a.yaml"))
    (tmp_path / "a.yaml").write_text("# a comment\n\n" + REFUSED)
    moved = json.loads(run_in("././a.yaml"))
    assert [i["fingerprint"] for i in first] == [i["fingerprint"] for i in moved]
    assert first[0]["location"]["lines"]["begin"] + 2 == moved[0]["location"]["lines"]["begin"]
    assert moved[0]["location"]["path"] == "a.yaml"


@pytest.fixture
def run_in(fixtures, tmp_path):
    return lambda *names: run_xendtc("check", "--files", fixtures, "--format", "gitlab", *names,
                                     cwd=tmp_path).stdout


def test_junit(check, files):
    done, wanted = check("junit")
    root = ElementTree.fromstring(done.stdout)
    assert root.tag == "testsuites" and not done.stderr
    assert [s.get("name") for s in root] == [shown(f) for f in files]
    cases = []
    for suite in root:
        assert int(suite.get("tests")) == len(suite)
        assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
        names = [(c.get("classname"), c.get("name")) for c in suite]
        assert len(set(names)) == len(names)
        cases += [c for c in suite if len(c)]
    assert [len(s) for s in root if s.get("name") == "good.yaml"] == [1]
    for case, w in zip(cases, wanted, strict=True):
        said, = case
        assert case.get("name").startswith(w["code"] + ": ")
        assert case.get("classname") == shown(w["place"]["file"])
        assert said.tag == {"error": "failure", "warning": "system-out"}[w["severity"]]
        if said.tag == "failure":
            assert said.get("message") == shown(w["message"]) and said.get("type") == w["code"]
        assert all("help: " + shown(h) in said.text.splitlines() for h in w["help"])


@pytest.mark.parametrize("form, empty", [("github", b""), ("gitlab", b"[]\n"), ("short", b"")])
def test_nothing_found(form, empty, fixtures, files, tmp_path):
    done = run_xendtc("check", "--files", fixtures, "--format", form, files[0], cwd=tmp_path)
    assert done.returncode == 0 and done.stdout == empty and not done.stderr


def run(words, folder, **env):
    return subprocess.run([BINARY, *words], cwd=folder, env=environment(**env),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


@pytest.mark.parametrize("words, value, is_github", [
    (["check"], "true", True), (["check"], "false", False), (["build"], "true", True),
    (["check", "--format", "text"], "true", False), (["map"], "true", False)])
def test_github_chooses_its_form(words, value, is_github, files, tmp_path):
    done = run([*words, "both.yaml"], tmp_path, GITHUB_ACTIONS=value)
    assert done.returncode == 1
    assert done.stdout.startswith(b"::error ") == is_github and bool(done.stderr) != is_github


# The closing line.

@pytest.mark.parametrize("names, closing", [
    (["good.yaml"], "All checks passed."), (["good.yaml", "good.yaml"], "All checks passed."),
    (["warned.yaml"], "1 warning in 1 file; xendtc explain W0307 says more"),
    (["warned.yaml", "good.yaml", "warned.yaml"],
     "2 warnings in 2 files; xendtc explain W0307 says more"),
    (["warned.yaml", "overlap.yaml"],
     "1 error, 1 warning in 2 files; xendtc explain E0401 says more"),
    (["none.yaml"], "1 error in 1 file; xendtc explain E0301 says more")])
def test_closing_line(names, closing, fixtures, files, tmp_path):
    done = run_xendtc("check", "--files", fixtures, *names, cwd=tmp_path)
    assert done.closing.decode() == closing + "\n"
    assert not run_xendtc("check", "-q", "--files", fixtures, *names, cwd=tmp_path).closing


def test_build_closes_with_what_it_found(fixtures, files, tmp_path):
    """That all is well is said by the files that it has written."""
    def closing(name):
        return run_xendtc("build", "--files", fixtures, name, cwd=tmp_path).closing
    assert closing("good.yaml") == b"" and b"1 warning in 1 file" in closing("warned.yaml")


def test_one_warning_is_an_error(fixtures, files, tmp_path):
    def status(*words):
        return run_xendtc("check", "--files", fixtures, *words, "warned.yaml",
                          cwd=tmp_path)
    assert status("-Werror=W0310").returncode == status("-Werror=W0819").returncode == 0
    done = status("-Werror=w0307")
    assert done.returncode == 1 and b"error[W0307]" in done.stderr
    assert status("-Werror=W0307", "-Wno-W0307").returncode == 0
    for wrong in ("-Werror=E0401", "-Werror=nonsense", "-Wno-E0202", "-Wno-E0401"):
        assert status(wrong).returncode == 2


# Warnings that the text allows.

ALLOWED = """\
board: rpi4
memory: 4G
device-tree: bcm2711-rpi-4-b.dtb
xen: {image: xen, cmdline: console=dtuart dtuart=serial1}
dom0: {kernel: Image, memory: 512M}
guests:
  one:
    kernel: Image
    memory: 256M
    vcpus: 1
    static-memory: auto     @LINE@
  @BLOCK@
  two:
    kernel: Image
    memory: 256M
    vcpus: 1
    static-memory: auto

    direct-map: true
  three: {kernel: Image, memory: 256M, vcpus: 1}
"""


@pytest.mark.parametrize("line, block, lines", [
    ("", "", [11, 16, 18]),
    ("# xendtc: allow W0819 built with it", "", [16, 18]),
    ("", "# xendtc: allow W0819 built with it", [11]),
    ("", "# more\n  # xendtc: allow w0819: built with it\n  # of a comment", [11]),
    ("# xendtc: allow W0819 here", "# xendtc: allow W0819 there", [])])
def test_allowed(line, block, lines, fixtures, tmp_path):
    """On the line that it ends, or on the block below it; other findings come as before."""
    text = ALLOWED.replace("@LINE@", line).replace("  @BLOCK@\n", f"  {block}\n" if block else "")
    (tmp_path / "a.yaml").write_text(text)
    def check(*more):
        return run_xendtc("check", "--files", fixtures, "--format", "json", *more, "a.yaml",
                          cwd=tmp_path)
    done = check()
    found = [d["place"]["line"] for d in json.loads(done.stdout)["diagnostics"]]
    wanted = [number + block.count("\n") + bool(block) if number > 11 else number
              for number in lines]
    assert done.returncode == 0 and found == wanted
    assert check("-Werror").returncode == (1 if lines else 0)
    assert not json.loads(check("-Wno-W0819").stdout)["diagnostics"]


def test_a_quote_is_no_comment(fixtures, tmp_path):
    (tmp_path / "a.yaml").write_text(GOOD.replace(
        "cmdline: console=dtuart", 'cmdline: "# xendtc: allow W0819 x console=dtuart'
        ).replace("serial1", 'serial1"', 1))
    done = run_xendtc("check", "--files", fixtures, "a.yaml", cwd=tmp_path)
    assert b"W011" not in done.stderr
