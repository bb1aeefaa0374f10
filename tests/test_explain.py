# SPDX-License-Identifier: BSD-2-Clause
"""What `xendtc explain KEY` says, and that the example of each key can be typed as it is."""

import re

import pytest
import yaml

from conftest import BOARDS, complain, run_xendtc
from test_laws import Core, printed_rows

# Parts of a description, by their keys in the first column; an example takes the place of one.
SYSTEM = """
board: rpi4
memory: 4G
xen: {image: xen}
dom0: {kernel: Image, memory: 512M}
"""


def explained(word):
    done = run_xendtc("explain", word)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout.decode()


def examples(word):
    """The YAML below each row that the word means."""
    return ["".join(line[4:] for line in block.splitlines(keepends=True))
            for block in re.findall(r"^(?: {4}.*\n)+", explained(word), re.M)]


def keys(page):
    return sorted({re.match(r"`([\w-]+)`", r[0])[1] for r in printed_rows(page)
                   if re.match(r"`[a-z0-9-]+`", r[0])})


def parts(text):
    """The lines of each key in the first column."""
    return {block.split(":")[0]: block for block in re.split(r"^(?=[a-z])", text, flags=re.M)[1:]}


def refusals(text, tmp_path):
    """What is wrong with the keys and values of a description, but that some are missing."""
    (tmp_path / "system.yaml").write_text(text)
    done = run_xendtc("check", "--no-files", "--format", "short", "system.yaml", cwd=tmp_path)
    return [line for line in done.stderr.decode().splitlines()
            if re.search(r"\[E0[12]\d\d\]", line) and "[E0202]" not in line]


@pytest.mark.parametrize("key", keys("system-keys"))
def test_example_of_a_key(key, tmp_path):
    found = examples(key)
    assert found
    for example in found:
        assert "..." not in example, f"compiler/rows: the row {key} wants an .example"
        text = "".join({**parts(SYSTEM), **parts(example)}.values())
        complain(f"compiler/rows: .example of {key}: {line}" for line in refusals(text, tmp_path))


@pytest.mark.parametrize("key", keys("board-keys"))
def test_example_of_a_key_of_boards(key, tmp_path):
    """The words that are keys of both are those of the system to `explain`; the page has both."""
    rows = [r for r in printed_rows("board-keys") if re.match(rf"`{key}`", r[0])]
    board = (BOARDS / "rpi4" / "board.yaml").read_text()
    for row in rows:
        example = row[4].strip("`") + "\n"
        assert example.startswith(f"{key}: "), f"compiler/rows/board.c: {key} wants an .example"
        assert list(yaml.load(example, Core)) == [key]
    top = "## " not in run_xendtc("schema", "board-keys").stdout.decode().split(f"| `{key}`")[0] \
        .split("## the board")[1]
    if top:
        (tmp_path / "board.yaml").write_text("".join({**parts(board), **parts(example)}.values()))
        complain(refusals(SYSTEM.replace("rpi4", "./board.yaml"), tmp_path))


def test_page_has_each_example():
    """Free keys have none of their own, so that the row shows one with its value."""
    for page in ("system-keys", "board-keys"):
        complain(f"compiler/rows: the row {r[0]} of {page} wants an .example"
                 for r in printed_rows(page) if not re.fullmatch(r"`[^`]+: [^`]+`", r[4]))


@pytest.mark.parametrize("word, wanted", [
    ("guests.net.vpl011", ["An emulated PL011 UART", "if left out: false", "first Xen: 4.12",
                           "property `vpl011`, empty where this is true", "        vpl011: true\n"]),
    ("guests.NAME.memory", ["4M to 1019G", "KiB in two cells"]),
    ("guests.memory", ["4M to 1019G", "KiB in two cells"]),
    ("llc-colors", ["CONFIG_LLC_COLORING", "a key of xen\n", "a key of dom0\n", "a key of a guest\n"]),
    ("initrd", ["ramdisk, a key of dom0\n", "called: initrd"]),
    ("static-memory.size", ["        static-memory:\n          - size: 512M\n"]),
    ("shared-memory", ["keys below it: size, address, owner, at\n", "shared-memory: {ring: {"]),
    ("dma-bits", ["a key of the board\n"]),
])
def test_explain_key(word, wanted):
    text = explained(word)
    complain(f"xendtc explain {word} does not say: {w}" for w in wanted if w not in text)


@pytest.mark.parametrize("word, wanted", [
    ("dtuart", ["a parameter of Xen's command line", "Xen's UART", "place: a word of xen.cmdline"]),
    ("buddy-alloc-size", ["first Xen: 4.20", "CONFIG_LLC_COLORING", "a number with K, M, G or T"]),
    ("sched", ["scheduler, a key of a CPU pool", "\n\nsched, a parameter of Xen's command line\n"])])
def test_explain_parameter_of_xen(word, wanted):
    """A word of Xen's line, after the key of that name if there is one."""
    text = explained(word)
    complain(f"xendtc explain {word} does not say: {w}" for w in wanted if w not in text)


def test_explain_parameter_of_another_xen():
    done = run_xendtc("explain", "allow_unsafe")
    assert done.returncode == 2 and b"is a word of x86, which Xen on arm64 does not know" in done.stderr


def test_explain_key_of_one_record():
    assert "a key of a guest" not in explained("dom0.memory")
    assert explained("memory").count("places: ") == 3


@pytest.mark.parametrize("word, near", [("memry", "memory"), ("E0410x", None), ("guests.x.y", None),
                                        (".", None), ("vpl01", "vpl011")])
def test_explain_nothing(word, near):
    done = run_xendtc("explain", word)
    assert done.returncode == 2 and not done.stdout
    text = done.stderr.decode()
    assert f"no key is called '{word}'" in text
    assert near is None or f"did you mean '{near}'?" in text
