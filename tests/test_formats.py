# SPDX-License-Identifier: BSD-2-Clause
"""The forms of the findings, each read as its consumers read it: they say what JSON says."""

import json
import os
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest

import test_errors
from conftest import BINARY, SEVERITY, TOP, complain, environment, run_xendtc
from test_command_line import GOOD, REFUSED, WARNED
from test_completion import FORMS

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


def plain_cases():
    """The error cases that `check` says something of with the files of all."""
    cases = {n: test_errors.Case(n) for n in test_errors.CASES}
    return {f"{n}.yaml": c for n, c in cases.items() if c.path.suffix == ".yaml" and
            not {"run", "tree", "partial"} & {key for key, _ in c.notes}}


@pytest.fixture(params=["some", "all"])
def check(request, fixtures, files, tmp_path):
    """check(FORM): what is printed in that form, and what JSON has of the same findings: of a few
    files, and of all error cases. check.names are those of the files."""
    names, folder, status = files, tmp_path, 3
    if request.param == "all":
        names, folder, status = list(plain_cases()), test_errors.ERRORS, 1

    def run(form, *more):
        done, plain = (run_xendtc("check", "--files", fixtures, "--format", f, *more, *names,
                                  cwd=folder) for f in (form, "json"))
        assert done.returncode == plain.returncode == status
        return done, json.loads(plain.stdout)["diagnostics"]
    run.names = names
    return run


def escape(char):
    code = ord(char)
    return {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(char) or (
        f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def shown(text):
    """As escapes, which other forms than JSON have for what would be obeyed."""
    return re.sub("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
                  "\ufff9-\ufffb\U000e0000-\U000e007f]", lambda m: escape(m[0]), text)


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
        name, at, column = (x or 0 for x in place(w))
        if w["place"].get("endLine") != w["place"].get("line"):
            column = 0      # GitHub has columns in one line only
        assert (keys["file"], int(keys.get("line", 0)), int(keys.get("col", 0))) == (name, at, column)
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


def test_junit(check):
    done, wanted = check("junit")
    root = ElementTree.fromstring(done.stdout)
    assert root.tag == "testsuites" and not done.stderr
    assert [s.get("name") for s in root] == [shown(f) for f in check.names]
    cases = []
    for suite in root:
        assert int(suite.get("tests")) == len(suite)
        assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
        names = [(c.get("classname"), c.get("name")) for c in suite]
        assert len(set(names)) == len(names)
        cases += [c for c in suite if len(c)]
    assert [len(s) for s in root if s.get("name") == "good.yaml"] in ([1], [])
    for case, w in zip(cases, wanted, strict=True):
        said, = case
        assert case.get("name").startswith(w["code"] + ": ")
        assert case.get("classname") in {shown(w["place"]["file"]), *map(shown, check.names)}
        assert said.tag == {"error": "failure", "warning": "system-out"}[w["severity"]]
        if said.tag == "failure":
            assert said.get("message") == shown(w["message"]) and said.get("type") == w["code"]
        assert all("help: " + shown(h) in said.text.splitlines() for h in w["help"])


# OASIS, SARIF 2.1.0. Whoever has its schema puts it into the folder of inputs
# (docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json).
SARIF_SCHEMA = Path(os.environ.get("XENDTC_INPUTS", "~/.cache/xendtc/inputs")).expanduser() \
    / "sarif-schema-2.1.0.json"


def sarif_region(region):
    """Section 3.30: numbers from 1, and the end is not before the start."""
    assert set(region) == {"startLine", "startColumn", "endLine", "endColumn"}
    assert all(isinstance(n, int) and n >= 1 for n in region.values())
    start, end = ((region[x + "Line"], region[x + "Column"]) for x in ("start", "end"))
    assert start <= end
    return start


def sarif_place(location):
    """Sections 3.28 and 3.29: the path that the URI stands for, line and column."""
    where = location["physicalLocation"]
    uri = where["artifactLocation"]["uri"]
    assert re.fullmatch(r"(?:file://)?(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri)
    path = unquote(uri.removeprefix("file://"))
    return (path, *sarif_region(where["region"])) if "region" in where else (path, None, None)


def test_sarif(check):
    done, wanted = check("sarif")
    log = json.loads(done.stdout)
    run, = log["runs"]
    driver = run["tool"]["driver"]
    assert log["version"] == "2.1.0" and run["columnKind"] == "unicodeCodePoints"
    assert driver["informationUri"].startswith("https://")
    assert [rule["id"] for rule in driver["rules"]] == list(SEVERITY)
    pages = (TOP / "docs" / "diagnostics.md").read_text()
    for rule in driver["rules"]:
        level = "warning" if SEVERITY[rule["id"]] == "WARNING" else "error"
        assert rule["defaultConfiguration"] == {"level": level}
        assert rule["help"]["text"] and rule["help"]["markdown"]
        assert rule["shortDescription"]["text"] and rule["fullDescription"]["text"]
        page, anchor = rule["helpUri"].split("#")
        assert page.endswith("/docs/diagnostics.md") and f'<a id="{anchor}">' in pages
    for result, w in zip(run["results"], wanted, strict=True):
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == w["code"]
        assert result["level"] == w["severity"]
        assert result["message"]["text"] == "\n".join([w["message"], *(f"help: {h}" for h in w["help"])])
        where, = result["locations"]
        assert sarif_place(where) == (w["place"]["file"], w["place"].get("line"), w["place"].get("column"))
        related = result["relatedLocations"]
        assert [(r["message"]["text"], sarif_place(r)[1]) for r in related] == \
            [(n["message"], n["place"]["line"]) for n in w["notes"]]
        assert [r["id"] for r in related] == list(range(1, len(related) + 1))


def test_sarif_is_what_its_schema_wants(check):
    if not SARIF_SCHEMA.exists():
        pytest.skip(f"{SARIF_SCHEMA} is not there")
    schema = json.loads(SARIF_SCHEMA.read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    complain(e.message for e in validator.iter_errors(json.loads(check("sarif")[0].stdout)))


# All forms are sound documents whatever stands in a name, and what terminals and servers would obey
# is in none of them.

NASTY = ["\\x1b[31mred", "a\\nb", "</failure>]]>&amp;", "::error::x", "%0A%25", "\\u202Eevil", "\\uFFFE",
         "\\x7f\\x85", "ü", "\\ud7ff", "\\U0001F600", "*_[x](y)", "\\0"]


def read_short(text):
    lines = text.decode().splitlines()
    assert lines and all(re.search(r": (error|warning)\[[EW]\d{4}\]: ", line) for line in lines)


def read_github(text):
    lines = text.decode().splitlines()
    assert lines and all(re.fullmatch(r"::(error|warning) [^:]*::.+", line) for line in lines)


def read_text(text):
    """Beside ours, which are switched off here, there are no control characters."""
    assert b"error[" in text


READERS = {"text": read_text, "short": read_short, "json": json.loads, "sarif": json.loads,
           "github": read_github, "gitlab": json.loads, "junit": ElementTree.fromstring}


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("where", ["guest", "kernel", "key", "cmdline", "board", "alias"])
def test_nasty_names(form, where, fixtures, tmp_path):
    assert set(READERS) == set(FORMS)
    for number, name in enumerate(NASTY):
        name = f'"{name}"'
        text = {"guest": GOOD + f"guests: {{{name}: {{kernel: Image, memory: 64M, vcpus: 1}}}}\n",
                "kernel": GOOD.replace("kernel: Image", f"kernel: {name}"),
                "key": GOOD + f"{name}: 1\n",
                "cmdline": GOOD.replace("cmdline: console=dtuart dtuart=serial1", f"cmdline: {name}"),
                "board": GOOD.replace("board: rpi4", f"board: {name}"),
                "alias": GOOD + "guests: {net: {kernel: Image, memory: 64M, vcpus: 1, "
                                f"passthrough: [{name}]}}}}\n"}[where]
        assert text != GOOD
        path = tmp_path / f"{number}.yaml"
        path.write_text(text)
        done = run_xendtc("check", "-Werror", "--files", fixtures, "--format", form, path.name,
                          cwd=tmp_path)
        assert done.returncode in (1, 3)
        out = done.stdout if done.stdout else done.stderr
        READERS[form](out)
        shown = out.decode()
        complain(f"{form}: U+{ord(c):04X} comes out of {name}" for c in "\x1b\x7f\x85\u202e\0"
                 if c in shown and form not in ("json", "sarif", "gitlab"))


# What servers take for a command in a log: GitHub at the beginning of a line and, by its older rule,
# anywhere, as Azure and TeamCity do (actions/runner, ActionCommand.cs; azure-pipelines-agent, Command.cs).
OBEYED = re.compile(r"^\s*::|##[a-z]*\[", re.M)
COMMANDS = ["::set-output name=x::y", " ::stop-commands::x", "##[error]x", "##[set-output name=x]y",
            "##vso[task.setvariable variable=x]y", "###teamcity[buildStop x]"]


@pytest.mark.parametrize("form", ["text", "short", "junit", "github"])
@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_for_a_server(form, name, fixtures, tmp_path):
    """Neither as the name of a file nor in it; GitHub's own form has no others than ours."""
    path = tmp_path / f"{name}.yaml"
    path.write_text(GOOD.replace("memory: 4G", f"memory: 4  # {name}").replace("Image", f'"{name}"'))
    (tmp_path / "good.yaml").write_text(GOOD)
    for words in (["check", "--format", form], ["map", "--format", form], ["build"], ["check", "--fix"]):
        more = ["good.yaml"] if words[0] == "map" else []
        done = run_xendtc(*words, "--files", fixtures, path.name, *more, cwd=tmp_path)
        text = (done.stdout + done.stderr).decode()
        assert text
        if form == "github" and "--format" in words:
            text = re.sub(r"^::(error|warning) ", "", text, flags=re.M)
        assert not OBEYED.search(text), OBEYED.search(text)


@pytest.mark.parametrize("names, shape", [
    (["good.yaml"], dict), (["overlap.yaml"], dict), (["good.yaml", "warned.yaml"], list),
    (["good.yaml", "both.yaml"], list), (["both.yaml", "none.yaml"], list),
    (["overlap.yaml", HOSTILE], list)])
def test_maps_are_one_document(names, shape, fixtures, files, tmp_path):
    """The map of one file, a list for several, and with --format json all is in one."""
    def show(*more):
        return run_xendtc("map", "--files", fixtures, *more, *names, cwd=tmp_path)
    maps = json.loads(show("--json").stdout)
    together = json.loads(show("--format", "json").stdout)
    plain = run_xendtc("check", "--files", fixtures, "--format", "json", *names, cwd=tmp_path)
    assert isinstance(maps, shape)
    assert json.loads(show("--format", "json", "--json").stdout) == together
    assert together.get("maps", []) == (maps if shape is list else [maps])
    assert {m["file"] for m in together.get("maps", [])} <= set(names)
    assert together["diagnostics"] == json.loads(plain.stdout)["diagnostics"]


@pytest.mark.parametrize("words, status", [
    (["--format", "sarif"], 2), (["--format", "gitlab", "--json", "--svg", "m.svg"], 2),
    (["--format", "sarif", "--svg", "m.svg"], 0), (["--format", "short"], 0),
    (["--svg", "m.svg", "warned.yaml"], 2), (["--html", "m.html", "warned.yaml"], 2)])
def test_maps_do_not_stand_in_findings(words, status, fixtures, files, tmp_path):
    done = run_xendtc("map", "--files", fixtures, *words, "good.yaml", cwd=tmp_path)
    assert done.returncode == status


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
     "1 error, 1 warning in 2 files; xendtc check --fix mends 1; xendtc explain E0401 says more"),
    (["both.yaml"], "3 errors in 1 file; xendtc check --fix mends 2; xendtc explain E0207 says more"),
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
    ("", "", [11, 16]),
    ("# xendtc: allow W0819 built with it", "", [16]),
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
