# SPDX-License-Identifier: BSD-2-Clause
"""`check --fix` and `--diff`: each fixes/NAME/before.yaml becomes a description that is accepted, by
the changes of fixes/NAME/diff and no others."""

import collections
import json
import os
import re
import stat
import subprocess

import pytest
import yaml

import test_errors
from conftest import HERE, complain, run_xendtc
from test_command_line import GOOD

FIXES = HERE / "fixes"
NAMES = sorted(p.name for p in FIXES.iterdir())


def patched(old, diff):
    """What patch(1) makes of a text, strictly: every line of the diff has to be where it says."""
    old, new, at = old.splitlines(keepends=True), [], 0
    lines = diff.replace(b"\n\\ No newline at end of file", b"").splitlines(keepends=True)
    bare = b"\n\\ No newline at end of file" in diff
    for line in lines[2:]:
        head = re.match(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", line)
        if head:
            start = int(head[1]) - (head[2] != b"0")
            new += old[at:start]
            at = start
            assert len(new) == int(head[3]) - (head[4] != b"0")
            continue
        text = line[1:]
        if line[:1] in b" -":
            assert old[at].rstrip(b"\n") == text.rstrip(b"\n")
            text, at = old[at], at + 1
        if line[:1] in b" +":
            new.append(text)
    text = b"".join(new + old[at:])
    return text.removesuffix(b"\n") if bare and not old[-1].endswith(b"\n") else text


@pytest.fixture
def mend(fixtures, tmp_path):
    """mend(TEXT, OPTIONS...): the finished process, and what the file is then."""
    def run(text, *options):
        path = tmp_path / "system.yaml"
        path.write_bytes(text)
        done = run_xendtc("check", "--files", fixtures, *options, path.name, cwd=tmp_path)
        return done, path.read_bytes()
    return run


@pytest.mark.parametrize("name", NAMES)
def test_fix(name, mend, golden):
    before = (FIXES / name / "before.yaml").read_bytes()
    plain, same = mend(before)
    assert same == before and (plain.returncode == 1 or b"warning[" in plain.stderr)
    shown, same = mend(before, "--diff")
    assert same == before and shown.returncode == 1 and shown.stderr == plain.stderr
    golden(FIXES / name / "diff", shown.stdout)
    fixed, after = mend(before, "--fix")
    assert fixed.returncode == 0 and re.search(rb"^system.yaml: \d+ findings? mended$", fixed.stderr, re.M)
    assert after != before and after == patched(before, shown.stdout)
    again, same = mend(after, "--fix")
    assert same == after and again.returncode == 0 and b"mended" not in again.stderr
    quiet, nothing = mend(after, "--diff")
    assert quiet.returncode == 0 and not quiet.stdout and nothing == after


def applied(text, findings):
    """The text with the edits of JSON made by somebody else, those that do not touch each other."""
    taken = []
    for found in findings:
        edits = found["fix"]["edits"] if found["fix"] else []
        if not any(e["offset"] <= o["offset"] + o["length"] and o["offset"] <= e["offset"] + e["length"]
                   for e in edits for o in taken):
            taken += edits
    for e in sorted(taken, key=lambda e: -e["offset"]):
        text = text[:e["offset"]] + e["text"].encode() + text[e["offset"] + e["length"]:]
    return text


@pytest.mark.parametrize("name", NAMES)
def test_json_has_the_fix(name, mend):
    """Who makes the edits of JSON, and checks again until there are none, has what --fix writes."""
    text = (FIXES / name / "before.yaml").read_bytes()
    _, wanted = mend(text, "--fix")
    for _ in range(10):
        done, _ = mend(text, "--format", "json")
        better = applied(text, json.loads(done.stdout)["diagnostics"])
        if better == text:
            break
        text = better
    assert text == wanted


def all_descriptions():
    """name -> text of the error cases that `check` says something of, and of the cases here."""
    texts = {f"{name}.yaml": case.text for name, case in
             ((n, test_errors.Case(n)) for n in test_errors.CASES)
             if case.path.suffix == ".yaml" and not {"run", "tree", "partial"} & {k for k, _ in case.notes}}
    return texts | {f"fix-{name}.yaml": (FIXES / name / "before.yaml").read_bytes() for name in NAMES}


def comments(text):
    """What stands behind a '#'; those that allow warnings may be changed or go."""
    lines = text.decode(errors="replace").splitlines()
    return collections.Counter(c for c in (line.partition("#")[2].strip() for line in lines)
                               if c and not c.startswith("xendtc:"))


def is_yaml(text):
    try:
        yaml.compose(text.decode(), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError):
        return False
    return True


def errors_of(names, fixtures, folder):
    """name -> their codes; all files in one run."""
    done = run_xendtc("check", "--format", "json", "--files", fixtures, *names, cwd=folder)
    found = collections.defaultdict(list)
    for d in json.loads(done.stdout)["diagnostics"]:
        if d["severity"] == "error":
            found[d["place"]["file"]].append(d["code"])
    return found


def hides_more(codes):
    """What is behind a text that is no YAML, or in a list in the place of keys, is not looked at."""
    return any(code.startswith("E01") or code == "E0203" for code in codes)


def test_every_fix_makes_it_better(fixtures, tmp_path):
    """Of all bad descriptions that there are: with --fix none has more errors, loses a comment or is
    no YAML any more, and a second --fix finds nothing to do."""
    texts = all_descriptions()
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text)
    before = errors_of(texts, fixtures, tmp_path)
    run_xendtc("check", "--fix", "-q", "--files", fixtures, *texts, cwd=tmp_path)
    fixed = {name: (tmp_path / name).read_bytes() for name in texts}
    changed = [name for name in texts if fixed[name] != texts[name]]
    after = errors_of(changed, fixtures, tmp_path)
    again = run_xendtc("check", "--diff", "-q", "--files", fixtures, *changed, cwd=tmp_path)
    assert len(changed) > 200
    complain([f"{n}: {after[n]}, and there were {before[n]}" for n in changed
              if len(after[n]) > len(before[n]) and not hides_more(before[n])] +
             [f"{n}: is no YAML any more" for n in changed if is_yaml(texts[n]) and not is_yaml(fixed[n])] +
             [f"{n}: a comment is lost" for n in changed if comments(texts[n]) - comments(fixed[n])] +
             [f"{n}: a second --fix would change it again" for n in
              re.findall(r"^--- (.*)", again.stdout.decode(errors="replace"), re.M)])


def at(lines, region, which):
    """The offset, in characters, of an end of a SARIF region."""
    return sum(map(len, lines[:region[which + "Line"] - 1])) + region[which + "Column"] - 1


@pytest.mark.parametrize("name", ["files-swapped", "keys-not-indented", "no-uart-for-its-console"])
def test_sarif_has_the_fix(name, mend):
    text = (FIXES / name / "before.yaml").read_text()
    _, wanted = mend(text.encode(), "--fix")
    done, _ = mend(text.encode(), "--format", "sarif")
    lines = text.splitlines(keepends=True)
    fix, = (f for r in json.loads(done.stdout)["runs"][0]["results"] for f in r.get("fixes", []))
    change, = fix["artifactChanges"]
    assert fix["description"]["text"] and change["artifactLocation"]["uri"] == "system.yaml"
    edits = [(at(lines, r["deletedRegion"], "start"), at(lines, r["deletedRegion"], "end"),
              r["insertedContent"]["text"]) for r in change["replacements"]]
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    assert text.encode() == wanted


@pytest.mark.parametrize("name", ["typo-of-a-key", "keys-not-indented", "other-line-ends"])
def test_patch_takes_the_diff(name, mend, tmp_path):
    before = (FIXES / name / "before.yaml").read_bytes()
    try:
        subprocess.run(["patch", "--version"], stdout=subprocess.DEVNULL, check=True)
    except FileNotFoundError:
        pytest.skip("no patch here")
    shown, _ = mend(before, "--diff")
    _, wanted = mend(before, "--fix")
    (tmp_path / "system.yaml").write_bytes(before)
    subprocess.run(["patch", "-s", "--binary", "-p0"], cwd=tmp_path, input=shown.stdout, check=True)
    assert (tmp_path / "system.yaml").read_bytes() == wanted


# What --fix does with files.

BAD = GOOD.replace("512M", "512").encode()


def test_what_is_left_is_reported(mend):
    """At the places that it has in the new text."""
    done, after = mend(BAD + b"\n\nextra: 1\n", "--fix")
    assert done.returncode == 1 and b"memory: 512M" in after
    assert b"E0207" not in done.stderr and b"system.yaml:8:1: error[E0201]" in done.stderr


def test_nothing_to_mend_writes_nothing(fixtures, tmp_path):
    path = tmp_path / "system.yaml"
    path.write_bytes(b"extra: 1\n" + GOOD.encode())
    before = path.stat()
    done = run_xendtc("check", "--fix", "--files", fixtures, path.name, cwd=tmp_path)
    assert done.returncode == 1 and path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino


@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_what_would_be_taken_for_a_config(option, fixtures, tmp_path):
    """A fix is not made where the text would look like a config of ImageBuilder then."""
    path = tmp_path / "system.yaml"
    path.write_text("device-tree: virt-gicv2.dtb\nx=n:\n  im: Image, memory: 32M\nmemory: 2G\n"
                    "device-tree: virt-gicv2.dtb\nx=n:\n  im: Image, memory: 32M, vcpus: 1}\n")
    done = run_xendtc("check", option, "--files", fixtures, path.name, cwd=tmp_path)
    assert done.returncode == 1 and b"E0112" not in done.stderr


def test_mode_and_link_stay(fixtures, tmp_path):
    """The link still leads to the file, the file has its old mode, and nothing else is left there."""
    real = tmp_path / "real" / "system.yaml"
    real.parent.mkdir()
    real.write_bytes(BAD)
    real.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to("real/system.yaml")
    done = run_xendtc("check", "--fix", "--files", fixtures, link.name, cwd=tmp_path)
    assert done.returncode == 0 and link.is_symlink()
    assert b"memory: 512M" in real.read_bytes()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert os.listdir(real.parent) == ["system.yaml"]
    assert sorted(os.listdir(tmp_path)) == ["link.yaml", "real"]


def test_a_file_that_cannot_be_written(fixtures, tmp_path):
    """The device is no place for the new file: the old one stays, and the exit status says so."""
    done = run_xendtc("check", "--fix", "--files", fixtures, "/dev/stdin", cwd=tmp_path, stdin=BAD)
    assert done.returncode in (2, 3)


def test_many_files(fixtures, tmp_path):
    for name, text in (("a.yaml", BAD), ("b.yaml", GOOD.encode()), ("c.yaml", BAD)):
        (tmp_path / name).write_bytes(text)
    words = ["--files", fixtures, "a.yaml", "b.yaml", "c.yaml"]
    done = run_xendtc("check", "--diff", *words, cwd=tmp_path)
    assert done.returncode == 1 and done.stdout.count(b"--- ") == 2
    done = run_xendtc("check", "--fix", *words, cwd=tmp_path)
    assert done.returncode == 0 and done.stderr.count(b"1 finding mended") == 2
    assert len({(tmp_path / name).read_bytes() for name in ("a.yaml", "b.yaml", "c.yaml")}) == 1
    assert not run_xendtc("check", "-q", "--fix", *words, cwd=tmp_path).stderr


def test_fix_and_forms(fixtures, tmp_path):
    """In a form for programs what is left is a document, and nothing else is printed."""
    (tmp_path / "a.yaml").write_bytes(BAD)
    done = run_xendtc("check", "--fix", "--format", "json", "--files", fixtures, "a.yaml", cwd=tmp_path)
    assert json.loads(done.stdout)["diagnostics"] == [] and not done.stderr


@pytest.mark.parametrize("words, said", [
    (["check", "--fix", "--diff", "a.yaml"], b"choose one"), (["check", "--fix", "-"], b"standard input"),
    (["check", "--diff", "--format", "sarif", "a.yaml"], b"standard output"),
    (["build", "--fix", "a.yaml"], b"--fix is for check"), (["map", "--diff", "a.yaml"], b"--diff is for check")])
def test_usage(words, said, tmp_path):
    done = run_xendtc(*words, cwd=tmp_path)
    assert done.returncode == 2 and said in done.stderr


def test_diff_of_standard_input(fixtures, tmp_path):
    done = run_xendtc("check", "--diff", "--stdin-filename", "x/s.yaml", "--files", fixtures, "-",
                      cwd=tmp_path, stdin=BAD)
    assert done.returncode == 1 and done.stdout.startswith(b"--- x/s.yaml\n+++ x/s.yaml\n@@")
