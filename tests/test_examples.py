# SPDX-License-Identifier: BSD-2-Clause
"""The gallery: each examples/NAME.yaml compiles without a word, and says what it shows.

Its first comment is a title, a description, and where real Xen boots such a system. The table of
examples/README.md is printed from the titles (tests/bless.sh -k gallery)."""

import re
import subprocess

import pytest

import test_cases
from conftest import TOP, complain, run_xendtc, short

EXAMPLES = sorted((TOP / "examples").glob("*.yaml"))
README = TOP / "examples" / "README.md"

each_example = pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)


def comment_of(path):
    """Title and description of an example, and the line that says where it boots."""
    lines = []
    for line in path.read_text().splitlines()[1:]:
        if not line.startswith("#"):
            break
        lines.append(line[1:].strip())
    title, _, rest = "\n".join(lines).partition("\n\n")
    description, _, boots = rest.partition("\nBoots: ")
    return title, description, boots


@each_example
def test_example_builds(path, fixtures, tmp_path):
    """Without errors and without warnings; and dtc reads the tree."""
    done = run_xendtc("build", "-q", "-Werror", "--files", fixtures, "-o", tmp_path / "out", path)
    assert done.returncode == 0 and not done.stderr, done.stderr.decode()
    for tree in (tmp_path / "out").rglob("*.dtb"):
        subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dts", "-o", "/dev/null", tree], check=True)


@each_example
def test_example_says_what_it_shows(path):
    title, description, boots = comment_of(path)
    wants = []
    if not re.fullmatch(r"[A-Zd].{10,}\.", title.replace("\n", " ")):
        wants.append("a title: one sentence with a full stop")
    if len(description.split()) < 8:
        wants.append("a description below the title, after an empty comment line")
    if not boots:
        wants.append("a line '# Boots: ' that says which boot test proves it")
    complain(f"{short(path)}: the first comment wants {want}" for want in wants)


@each_example
def test_named_boot_is_there(path):
    """What `Boots:` names is a file of the boot tests."""
    named = re.findall(r"tests/boot/[\w/.-]*\w", comment_of(path)[2])
    complain([f"{short(path)}: there is no {name}" for name in named if not (TOP / name).exists()]
             or ([] if named else [f"{short(path)}: 'Boots:' names no file of tests/boot"]))


def test_no_example_is_a_case():
    """The cases are there for what comes out, the examples for what is typed: none is both."""
    def keys(path):
        return [line.split("#")[0].rstrip() for line in path.read_text().splitlines()
                if line.split("#")[0].strip()]

    cases = {tuple(keys(c / "system.yaml")): c for c in test_cases.CASES}
    complain(f"{short(path)} is {short(cases[tuple(keys(path))])}: keep one of them"
             for path in EXAMPLES if tuple(keys(path)) in cases)


def test_pages_count_them():
    """README and tutorial say how many there are."""
    for page in (TOP / "README.md", TOP / "docs" / "tutorial.md"):
        said = re.findall(r"\b(\d+) systems (?:to start from|of the gallery)", page.read_text())
        assert said == [str(len(EXAMPLES))], f"{short(page)}: there are {len(EXAMPLES)} examples"


HEAD = """<!-- SPDX-License-Identifier: BSD-2-Clause -->
# Gallery

Whole systems to start from. Each file says in its first lines what it shows; copy it, change
the names of your files, and ask what it becomes:

    xendtc check --files FOLDER examples/dom0-and-guest.yaml
    xendtc map --files FOLDER examples/dom0-and-guest.yaml

The tests compile all of them with stand-ins that have these file names. `xen-4.20` is there where a
system needs that release, and `xen.config` where it needs a Xen that was built with more than
distributions build (`tools/inputs.sh full` builds one).

| file | shows | real Xen boots it in |
|---|---|---|
"""


def link(boots):
    return re.sub(r"(tests/boot/[\w/.-]*\w)", lambda m: f"[{m[1].split('/')[-1]}](../{m[1]})",
                  " ".join(boots.split()))


def test_gallery(golden):
    rows = []
    for path in EXAMPLES:
        title, _, boots = comment_of(path)
        rows.append(f"| [{path.name}]({path.name}) | {title.strip()} | {link(boots)} |\n")
    golden(README, (HEAD + "".join(rows)).encode())
