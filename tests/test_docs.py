# SPDX-License-Identifier: BSD-2-Clause
"""What the pages say is so: their YAML compiles, their commands do what stands below them, their
links lead somewhere, and each message of the scripts is in the page about trouble.

Blocks of a page are taken in their order, in one folder with stand-ins for the files:
    ```yaml     a description is checked, and is system.yaml from then on; a part of one takes
                the place of that part. YAML of other programs is only read.
    ```config   becomes the file `config`
    ```console  what begins with `$ ` and one of RUN is run, and says what stands below it, where
                `...` is anything; other commands are only read by the shell."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from conftest import BESIDE, BINARY, TOP, complain, environment, short
from test_explain import parts

PAGES = sorted([TOP / "README.md", TOP / "CONTRIBUTING.md", *(TOP / "docs").rglob("*.md"),
                *(TOP / "boards").glob("*/README.md"), TOP / "examples" / "README.md"])
RUN = ("xendtc", "ls", "fdtget", "mkdir", "openssl", "sed")

# Commands that are only read by the shell: they want root, a server, a board, or the network.
NOT_RUN = ("sudo", "systemctl", "tftp", "mkimage", "cat", "tools/inputs.sh")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)

# Names in the pages, and the fixtures that stand for them.
STAND_INS = {"rootfs.cpio.gz": "initrd.cpio.gz", "net.cpio.gz": "initrd.cpio.gz", "data": "root",
             "debian-arm64.tar.gz": "root.tar.gz"}

# What a part of a description is put into.
SYSTEM = """
board: rpi4
memory: 4G
device-tree: bcm2711-rpi-4-b.dtb
xen: {image: xen, cmdline: console=dtuart dtuart=serial1}
dom0: {kernel: Image, ramdisk: initrd.cpio.gz, cmdline: console=hvc0, memory: 512M}
"""


def blocks(page):
    return [pytest.param(page, id=short(page))] if BLOCK.search(page.read_text()) else []


@pytest.fixture
def place(fixtures, tmp_path):
    """A folder with all files, where xendtc is found as a command."""
    folder = tmp_path / "place"
    folder.mkdir()
    for path in fixtures.iterdir():
        (folder / path.name).symlink_to(path)
    for name, fixture in STAND_INS.items():
        (folder / name).symlink_to(fixtures / fixture)
    command = tmp_path / "bin" / "xendtc"
    command.parent.mkdir()
    more = "" if BESIDE else f"--board-path '{TOP / 'boards'}' "
    command.write_text(f"#!/bin/sh\nexec '{BINARY}' {more}\"$@\"\n")
    command.chmod(0o755)
    return folder


def run(command, folder):
    path = f"{folder.parent / 'bin'}:{os.environ['PATH']}"
    return subprocess.run(["bash", "-c", command], cwd=folder, env=environment(PATH=path),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)


def take_yaml(text, folder, wrong):
    keys = set(yaml.load(text, yaml.BaseLoader))
    if not keys & {*parts(SYSTEM), "guests", "boot", "card"}:
        return
    file = folder / "system.yaml"
    before = file.read_text() if file.exists() else SYSTEM
    file.unlink(missing_ok=True)
    whole = {"board", "xen"} <= keys and keys & {"dom0", "guests"}
    file.write_text(text if whole else
                    "".join({**parts("\n" + before), **parts("\n" + text)}.values()))
    done = run("xendtc check -q -Werror system.yaml", folder)
    if done.returncode:
        wrong.append(f"a yaml block is refused:\n{done.stdout.decode()}")


def says(expected, got):
    """Line by line, where `...` on a line of its own is any number of lines."""
    wanted = "".join("(?:.*\n)*" if line == "..." else re.escape(line) + "\n" for line in expected)
    return re.fullmatch(wanted, got)


def take_console(text, folder, wrong):
    for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.M):
        word = next(w for w in command.split() if "=" not in w)
        if word not in RUN:
            if word not in NOT_RUN:
                wrong.append(f"$ {command}: {word} is neither in RUN nor in NOT_RUN of test_docs.py")
            if subprocess.run(["bash", "-n", "-c", command], check=False).returncode:
                wrong.append(f"no shell reads: {command}")
            if word.startswith("tools/") and not (TOP / word).exists():
                wrong.append(f"there is no {word}")
            continue
        done = run(command, folder)
        got, expected = done.stdout.decode(), output.splitlines()
        if done.returncode and not ("--diff" in command and done.returncode == 1):
            wrong.append(f"$ {command}: exit {done.returncode}\n{got}")
        elif expected and not says(expected, got):
            wrong.append(f"$ {command}\nsays\n{got}and not\n{output}")


@pytest.mark.parametrize("page", [p for page in PAGES for p in blocks(page)])
def test_page(page, place):
    wrong = []
    for kind, text in BLOCK.findall(page.read_text()):
        if kind == "yaml":
            take_yaml(text, place, wrong)
        elif kind == "config":
            (place / "config").write_text(text)
        elif kind == "console":
            take_console(text, place, wrong)
        else:
            wrong.append(f"a block of {kind}: the test knows yaml, config and console")
    complain(f"{short(page)}: {w}" for w in wrong)


def test_it_is_said_what_is_run():
    text = (TOP / "docs" / "README.md").read_text()
    complain(f"docs/README.md does not say that {word} is run" for word in RUN if f"`{word}`" not in text)


# Commands that are only named.

def named_commands(page):
    """What stands behind `xendtc` in code of a page, to the end of the code or of its words."""
    text = page.read_text()
    for code in re.findall(r"`(xendtc [^`\n]+)`", text) + re.findall(r"^(?: {4}|\$ )(xendtc .*)", text, re.M):
        yield re.split(r" {2,}|[|<>;#]| && ", code)[0].split()[1:]


def test_named_commands_are_there():
    """Each verb and each long option in a page is one of the program's."""
    helped = run("xendtc complete -- '' ; xendtc complete -- --; for v in check map import; do "
                 "xendtc complete -- $v --; done".replace("xendtc", str(BINARY)), TOP / "tests")
    known = {line.split("\t")[0] for line in helped.stdout.decode().splitlines()}
    wrong = []
    for page in PAGES:
        for words in named_commands(page):
            if words and re.fullmatch("[a-z]+", words[0]) and words[0] not in known:
                wrong.append(f"{short(page)}: xendtc has no verb {words[0]}")
            wrong += [f"{short(page)}: xendtc {words[0]} has no option {w}" for w in words
                      if re.fullmatch("--[a-z-]+", w.split("=")[0]) and w.split("=")[0] not in known]
    complain(wrong)


# Pictures.

def test_picture(place, golden):
    """The map of the system in the README, as the tool draws it with the stand-ins."""
    first = next(text for kind, text in BLOCK.findall((TOP / "README.md").read_text())
                 if kind == "yaml")
    (place / "system.yaml").write_text(first)
    done = run("xendtc map --svg map.svg system.yaml", place)
    assert done.returncode == 0, done.stdout.decode()
    golden(TOP / "docs" / "pictures" / "map.svg", (place / "map.svg").read_bytes())


# Links.

def anchors(page):
    """As GitHub makes them of headings, and those that are written down."""
    text = BLOCK.sub("", page.read_text())
    names = re.findall(r'<a id="([^"]+)">', text)
    for heading in re.findall(r"^#+ (.*)$", text, re.M):
        plain = re.sub(r"<[^>]*>", "", heading)
        names.append(re.sub(r"[^\w\- ]", "", plain).strip().lower().replace(" ", "-"))
    return names


def dead_links(page):
    text = BLOCK.sub("", page.read_text())
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:|mailto:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists():
            yield f"{short(page)}: the link to {target} leads nowhere"
        elif anchor and file.suffix == ".md" and anchor not in anchors(file):
            yield f"{short(page)}: {short(file)} has no heading for {target}"


def test_links():
    complain(line for page in PAGES for line in dead_links(page))


def test_every_page_is_found():
    """From docs/README.md, or from the README at the top."""
    linked = set()
    for index in (TOP / "README.md", TOP / "docs" / "README.md"):
        linked |= {(index.parent / t.partition("#")[0]).resolve()
                   for t in re.findall(r"\]\(([^)\s]+)\)", index.read_text()) if "://" not in t}
    complain(f"docs/README.md wants a link to {short(page)}" for page in PAGES
             if page not in linked and page not in (TOP / "README.md", TOP / "docs" / "README.md"))


# Prose.

WIDTH = 115
PRINTED = ("board-keys.md", "diagnostics.md", "imagebuilder.md", "keys.md", "passthrough.md", "xen-parameters.md")


def long_lines(page):
    """Tables, headings and what is run or printed may be wider."""
    text = BLOCK.sub(lambda block: "\n" * block[0].count("\n"), page.read_text())
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > WIDTH and not re.match(r"\||#|!\[| {4}", line):
            yield f"{short(page)}:{number}: {len(line)} columns, {WIDTH} are enough"


def test_prose_is_not_wide():
    complain(line for page in PAGES if page.name not in PRINTED for line in long_lines(page))


# Messages of the scripts.

TROUBLE = TOP / "docs" / "troubleshooting.md"
AGAIN = re.search(r'#define AGAIN "(.*)"', (TOP / "compiler/emit/script.h").read_text())[1]


def stop_formats():
    """Each text behind `xendtc: STOP: ` that the writers of scripts have, as printf has it."""
    for path in sorted((TOP / "compiler" / "emit").glob("*.c")):
        source = re.sub(r'" AGAIN "', AGAIN, path.read_text())
        for literals in re.findall(r'script_line\([^"]*((?:"(?:\\.|[^"\\])*"\s*)+)', source):
            text = "".join(re.findall(r'"((?:\\.|[^"\\])*)"', literals)).replace('\\"', '"')
            found = re.fullmatch(r'echo "xendtc: (?:STOP|%s): (.*)"', text)
            if found and not found[1].startswith("cannot load %s\""):
                yield found[1]


def pattern(fmt):
    fmt = re.sub(r"\$\{\w+\}", "%s", fmt)
    return re.compile("".join(".*" if i % 2 else re.escape(part) for i, part in
                              enumerate(re.split(r"(%[-.0-9]*(?:l|z)*[a-z])", fmt))))


def test_each_stop_is_explained():
    formats = sorted(set(stop_formats()))
    headings = re.findall(r"^### `(.*)`$", TROUBLE.read_text(), re.M)
    assert len(formats) > 10
    complain([f"{short(TROUBLE)} wants a heading for: {f}" for f in formats
              if not any(pattern(f).fullmatch(h) for h in headings)] +
             [f"{short(TROUBLE)}: no script says: {h}" for h in headings
              if not any(pattern(f).fullmatch(h) for f in formats)])


def test_each_stop_of_a_case_is_explained():
    """The same of what really comes out."""
    headings = [re.compile(re.escape(h).replace(r"\.\.\.", ".*")) for h in
                re.findall(r"^### `(.*)`$", TROUBLE.read_text(), re.M)]
    said = {line for path in (TOP / "tests" / "cases").glob("*/expected/*.source")
            for line in re.findall(r'xendtc: STOP: (.*)"', path.read_text())}
    assert said
    complain(f"{short(TROUBLE)} does not explain: {line}" for line in sorted(said)
             if not any(h.fullmatch(line) for h in headings))


# Versions.

def test_proven_versions():
    """What the page names is what the boot tests start."""
    page = (TOP / "docs" / "versions.md").read_text()
    boots = "".join(p.read_text() for p in Path(TOP / "tests" / "boot").glob("*.py"))
    systems = "".join(p.read_text() for p in Path(TOP / "tests" / "boot").rglob("*.yaml"))
    for version in ("2023.01", "2025.01"):
        assert version in page and f'"{version}"' in boots
    for version in ("4.17", "4.20"):
        assert version in page and re.search(rf"^# xen: .*{re.escape(version)}\b", systems, re.M)


def test_claims_about_trust_are_held_by_tests():
    """docs/trust.md says which test holds what: each is there."""
    text = (TOP / "docs" / "trust.md").read_text()
    there = {name for path in (TOP / "tests").glob("test_*.py")
             for name in re.findall(r"^def (test_\w+)", path.read_text(), re.M)}
    named = set(re.findall(r"`(test_\w+)`", text))
    assert len(named) > 15
    complain(f"docs/trust.md: no test is called {name}" for name in sorted(named - there))
