# SPDX-License-Identifier: BSD-2-Clause
"""What xendtc says of each errors/CODE-slug.yaml is what stands in CODE-slug.err, and has no other
code. In the place of the YAML there may be what is imported: a .config of ImageBuilder, the source of a
tree (.dts), or a U-Boot script (.cmd).

Comments at the top of the YAML say what a case needs:
    # run: ARGS     instead of `check` (or `import`); {files} and {out} are folders, `-` feeds the text
    # tree: SED     an edit of the base tree's source; several are applied in their order
    # partial: SED  the same for the source of partial.dtb, which guests name
    # exit: N       the exit status; 1 if left out, or 0 where all findings are warnings
    # also: CODES   codes that come with this one
In the .err file FILES, BOARDS and OUT stand for the folders of this run."""

import re
import shlex
import subprocess

import pytest
import yaml

import make
from conftest import BOARDS, HERE, SEVERITY, TOP, complain, run_xendtc, short

ERRORS = HERE / "errors"
PATHS = {p.stem: p for p in ERRORS.iterdir() if p.suffix in (".yaml", ".config", ".dts", ".cmd")}
CASES = sorted(PATHS)
USUAL = {".yaml": "check", ".config": "import --board rpi4 --memory 1G",
         ".dts": "import --board rpi4 --memory 1G", ".cmd": "import --board rpi4 --memory 1G"}


def code_of(name):
    return re.match(r"[EW]\d{4}", name).group()


class Case:
    def __init__(self, name):
        self.path = PATHS[name]
        self.code = code_of(name)
        self.text = self.path.read_bytes()
        comments = re.findall(rb"^(?:#|//) (run|tree|partial|exit|also): (.*)$", self.text, re.M)
        self.notes = [(k.decode(), v.decode()) for k, v in comments]

    def all(self, key):
        return [value for k, value in self.notes if k == key]

    def one(self, key, otherwise):
        return (self.all(key) or [otherwise])[0]

    def edit_trees(self, folder):
        """Puts edited trees in place of those that the system names."""
        if self.all("tree"):
            self.edit(folder, self.base(), "tree")
        if self.all("partial"):
            self.edit(folder, "partial.dtb", "partial")

    def base(self):
        described = yaml.safe_load(self.text)
        name = described.get("device-tree") or "bcm2711-rpi-4-b.dtb"
        if isinstance(name, dict):
            name = name["file"]
        return name

    def edit(self, folder, name, key):
        (folder / name).unlink()
        (folder / name).write_bytes(make.edited_tree(name, self.all(key), folder))


def blob_of(case, folder):
    blob = folder / f"{case.path.stem}.dtb"
    subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", blob, case.path], check=True)
    return blob


def arguments(case, files, out):
    words = shlex.split(case.one("run", USUAL[case.path.suffix]))
    words = [w.replace("{files}", str(files)).replace("{out}", str(out)) for w in words]
    if case.path.suffix == ".dts":
        words.append(blob_of(case, out.parent))
    elif "-" not in words:
        words.append(case.path.name)
    if "--files" not in words:
        words += ["--files", files]
    return words


def stable(text, files, out):
    """Without the names of this run's folders."""
    for folder, name in ((files, "FILES"), (out, "OUT"), (out.parent, "TMP"),
                         (BOARDS, "BOARDS"), (TOP, "TOP")):
        text = text.replace(str(folder).encode(), name.encode())
    return text


def expected_exit(case, found):
    otherwise = "1" if b"error[" in found else "0"
    return int(case.one("exit", otherwise))


@pytest.mark.parametrize("name", CASES)
def test_error(name, fixtures, request, tmp_path, golden):
    case, files, out = Case(name), fixtures, tmp_path / "out"
    edited = case.all("tree") or case.all("partial")
    if edited or "{out}" in case.one("run", "") or "{files}" in case.one("run", ""):
        files = request.getfixturevalue("own_fixtures")
    case.edit_trees(files)
    done = run_xendtc(*arguments(case, files, out), cwd=ERRORS, stdin=case.text)
    found = stable(done.stderr, files, out)
    golden(case.path.with_suffix(".err"), found)
    assert done.returncode == expected_exit(case, found)
    codes = set(re.findall(r"(?:error|warning)\[(\w+)\]", found.decode(errors="replace")))
    wanted = {case.code, *case.one("also", "").split()}
    complain([f"{short(case.path)}: {code} is not reported" for code in sorted(wanted - codes)] +
             [f"{short(case.path)}: {code} comes with it: mend the case, or say `# also: {code}`"
              for code in sorted(codes - wanted)])


def test_nothing_is_left_over():
    """No .err without its case."""
    complain(f"{short(p)}: its case is gone: remove it" for p in sorted(ERRORS.glob("*.err"))
             if p.stem not in PATHS)


# What cannot be a file: the codes of the test below, and those of test_card.py and test_init.py.
ELSEWHERE = {"E1059", "E0110", "W0905", "W0906", "E0920", "E0921"}


def test_too_large(fixtures, tmp_path):
    """E0110: nobody wants five MiB of description in a repository."""
    (tmp_path / "big.yaml").write_text("# a comment\n" * 450000)
    done = run_xendtc("check", "--files", fixtures, "big.yaml", cwd=tmp_path)
    assert done.stderr == (
        b"big.yaml: error[E0110]: larger than 4 MiB: not a description\n"
        b"      = help: name a system.yaml, in which this file can be named; `xendtc init` writes one for "
        b"the files of a folder\n")
    assert done.returncode == 1


@pytest.mark.parametrize("name, reason, way", [
    ("none.yaml", "No such file or directory", "name a file that is there and can be read"),
    (".", "Is a directory", "this is a folder: name the file in it, as in ./system.yaml"),
    ("sytem.yml", "No such file or directory", "did you mean 'system.yaml'?")])
def test_unreadable_description(name, reason, way, tmp_path):
    """E0301 with exit status 3: it is not the fault of the description."""
    (tmp_path / "system.yaml").touch()
    done = run_xendtc("check", name, cwd=tmp_path)
    assert done.stderr.decode() == (f"{name}: error[E0301]: cannot be read: {reason}\n"
                                    f"      = help: {way}\n")
    assert done.returncode == 3


def test_link_that_leads_nowhere(own_fixtures, tmp_path):
    """What is missing is not the link, which stands in the folder."""
    (own_fixtures / "lost").symlink_to("none/Image")
    text = (ERRORS / "E0301-missing.yaml").read_text()
    (tmp_path / "system.yaml").write_text(re.sub(r"kernel: .*", "kernel: lost", text))
    done = run_xendtc("check", "--files", own_fixtures, "system.yaml", cwd=tmp_path)
    assert "it is a link to 'none/Image', which is not there" in done.stderr.decode()
    assert done.returncode == 1


def can_do_without(name):
    """And the case is one of `check`."""
    return SEVERITY.get(code_of(name), "FATAL") != "FATAL" and PATHS[name].suffix == ".yaml" and \
        Case(name).one("run", "check").split()[0] == "check"


FIRST = {code_of(n): n for n in reversed(CASES) if can_do_without(n)}


@pytest.mark.parametrize("name", sorted(FIRST.values()))
def test_without_the_rule(name, fixtures, request, tmp_path):
    """What a rule keeps away from the passes behind it does not crash them either, when a proof
    switches it off: run_xendtc() sees to that."""
    case = Case(name)
    files = fixtures
    if case.all("tree") or case.all("partial"):
        files = request.getfixturevalue("own_fixtures")
    case.edit_trees(files)
    options = [w for code in {case.code, *case.one("also", "").split()}
               for w in ("--unchecked", code) if SEVERITY.get(code) != "FATAL"]
    run_xendtc("build", "-q", "--no-hash", "--files", files, "-o", tmp_path / "out", *options,
               case.path.name, cwd=ERRORS)
