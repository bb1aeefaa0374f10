# SPDX-License-Identifier: BSD-2-Clause
"""The pictures of docs/pictures are what the tool shows today. `tests/bless.sh -k picture` makes them all;
those of the page need Chromium, and pngquant makes them small."""

import hashlib
import importlib.util
import re
import shutil
import struct
import subprocess
import zlib

import pytest

from browser import CHROMIUM, Browser
from conftest import TOP, run_xendtc, short
from test_map import contrast

PICTURES = TOP / "docs" / "pictures"
MISTAKES = PICTURES / "mistakes.yaml"
SHOWN = TOP / "examples" / "static-memory.yaml"

spec = importlib.util.spec_from_file_location("terminal_picture", TOP / "tools" / "terminal-picture.py")
terminal = importlib.util.module_from_spec(spec)
spec.loader.exec_module(terminal)


@pytest.fixture
def place(fixtures, tmp_path):
    """A folder with the files, and the description as system.yaml."""
    for path in fixtures.iterdir():
        (tmp_path / path.name).symlink_to(path)
    return tmp_path


def on_terminal(words, width, place, source):
    shutil.copyfile(source, place / "system.yaml")
    done = run_xendtc(*words.split()[1:], "--color=always", cwd=place, env={"COLUMNS": str(width)})
    return f"$ {words}\n" + (done.stdout + done.stderr + done.closing).decode()


@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize("verb, source", [("check", MISTAKES), ("map", SHOWN)], ids=["check", "map"])
def test_picture_of_the_terminal(verb, source, width, place, golden):
    text = on_terminal(f"xendtc {verb} system.yaml", width, place, source)
    golden(PICTURES / f"{verb}-{width}.svg", terminal.picture(text, width).encode())


def test_picture_can_be_read():
    assert all(contrast(ink, terminal.GROUND) >= 4.5 for ink in terminal.INKS.values())


def test_picture_is_a_terminal():
    """Colours go on over a break, reversed text has a box, and markup is only text."""
    text = terminal.picture("ab\033[1;31mcd<\033[0m\n\033[7mx\033[0m y", 4)
    assert re.findall(r"<text x=\"([\d.]+)\" y=\"(\d+)\"(?: fill=\"(#\w+)\")?[^>]*>([^<]*)</text>", text) == [
        ("12", "25", "", "ab"), ("28.8", "25", terminal.INKS[31], "cd"), ("12", "43", terminal.INKS[31], "&lt;"),
        ("12", "61", terminal.GROUND, "x"), ("20.4", "61", "", " y")]


# The page, as PNG: what it was taken of stands in the file.

def chunks(png):
    at = 8
    while at < len(png):
        size, = struct.unpack(">I", png[at:at + 4])
        yield png[at + 4:at + 8], png[at + 8:at + 8 + size]
        at += size + 12


def source_of(png):
    return next((text.split(b"\0")[1].decode() for kind, text in chunks(png)
                 if kind == b"tEXt" and text.startswith(b"Source\0")), None)


def with_source(png, source):
    """A text chunk behind the header (PNG, 11.3.4.3)."""
    body = b"tEXtSource\0" + source.encode()
    text = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:33] + text + png[33:]


def smaller(png):
    if not shutil.which("pngquant"):
        return png
    return subprocess.run(["pngquant", "--speed", "1", "--strip", "32", "-"], input=png,
                          stdout=subprocess.PIPE, check=True).stdout


@pytest.mark.parametrize("width, height", [(390, 1500), (1400, 1400)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_picture_of_the_page(width, height, scheme, place, golden):
    """It was taken of the very page that the tool writes today."""
    shutil.copyfile(SHOWN, place / "system.yaml")
    done = run_xendtc("map", "--html", "map.html", "system.yaml", cwd=place)
    assert done.returncode == 0, done.stderr.decode()
    source = hashlib.sha256((place / "map.html").read_bytes()).hexdigest()
    path = PICTURES / f"page-{width}-{scheme}.png"
    if golden.blessing and (not path.exists() or source_of(path.read_bytes()) != source):
        if not CHROMIUM:
            pytest.skip("there is no chromium to take pictures with")
        with Browser() as browser:
            browser.open(place / "map.html", width, height, scheme)
            path.write_bytes(with_source(smaller(browser.picture()), source))
    assert source_of(path.read_bytes()) == source, \
        f"{short(path)} shows another page: tests/bless.sh -k picture (with Chromium)"
    size = struct.unpack(">II", next(chunks(path.read_bytes()))[1][:8])
    assert size == (width, height) and path.stat().st_size < 60000


def test_picture_is_shown_somewhere():
    """Each with words for those who do not see it."""
    pages = "".join(p.read_text() for p in [TOP / "README.md", *(TOP / "docs").rglob("*.md")])
    shown = {name: words for words, name in re.findall(r"!\[([^\]]*)\]\([^)]*pictures/([^)]+)\)", pages)}
    names = {p.name for p in PICTURES.iterdir() if p.suffix in (".svg", ".png")}
    assert set(shown) == names and all(len(words.split()) > 4 for words in shown.values())
