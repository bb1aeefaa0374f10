#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a terminal shows (standard input, with colours as ECMA-48 has them) becomes an SVG that stays text:

    (echo '$ xendtc map system.yaml'; COLUMNS=80 xendtc map --color=always system.yaml) | tools/terminal-picture.py 80

The argument is the width of the terminal in characters; longer lines are broken as a terminal does."""

import re
import sys
from html import escape

WIDE, HIGH, MARGIN = 8.4, 18, 12        # pixels: a character, a line, what is around all

# Foregrounds by their SGR number, each of 4.5:1 at least on the ground (tests/test_pictures.py).
GROUND = "#16181b"
INKS = {0: "#d8d8d8", 1: "#ffffff", 2: "#9a9a9a", 31: "#ff8080", 32: "#6ccf6c", 33: "#e0b44c",
        34: "#8ab4f8", 35: "#e596d4", 36: "#5fd0d0", 90: "#a0a0a0"}
STYLES = {1: "font-weight:bold"}        # beside an ink


def runs(line):
    """(column, attributes, text) for each piece of the same look."""
    look, column = (), 0
    for piece in re.split("(\033\\[[0-9;]*m)", line):
        if piece.startswith("\033"):
            numbers = [int(n or 0) for n in piece[2:-1].split(";")]
            look = () if 0 in numbers else (*look, *numbers)
        elif piece:
            yield column, look, piece
            column += len(piece)


def broken(line, width):
    """The line as several, none longer than the terminal is wide."""
    rows = [[]]
    for column, look, text in runs(line):
        while text:
            row, at = divmod(column, width)
            rows += [[]] if row == len(rows) else []
            part = text[:width - at]
            rows[row].append((at, look, part))
            column, text = column + len(part), text[len(part):]
    return rows


def ink(look):
    return next((INKS[n] for n in reversed(look) if n in INKS and n not in (1, 2)),
                INKS[2] if 2 in look else INKS[1] if 1 in look else INKS[0])


def run(column, look, text, line):
    x, y = MARGIN + column * WIDE, MARGIN + line * HIGH
    color, box = ink(look), ""
    if 7 in look:       # the other way round
        box = f'<rect x="{x:g}" y="{y:g}" width="{len(text) * WIDE:g}" height="{HIGH}" fill="{color}"/>'
        color = GROUND
    more = "".join(f' style="{STYLES[n]}"' for n in look if n in STYLES)
    # Where the font has other widths, the text is made as wide as it has to be.
    long = f' textLength="{len(text) * WIDE:g}"' if len(text) > 1 else ""
    fill = f' fill="{color}"' if color != INKS[0] else ""
    return f'{box}<text x="{x:g}" y="{y + 13:g}"{fill}{more}{long}>{escape(text, quote=False)}</text>'


def picture(text, width):
    rows = [row for line in text.rstrip("\n").split("\n") for row in broken(line, width)]
    wide, high = width * WIDE + 2 * MARGIN, len(rows) * HIGH + 2 * MARGIN
    body = "".join("".join(run(c, look, t, i) for c, look, t in row if t.strip()) + "\n"
                   for i, row in enumerate(rows))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}" height="{high:g}" '
            f'viewBox="0 0 {wide:g} {high:g}">\n'
            "<style>text{font:14px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;"
            f"white-space:pre}}</style>\n"
            f'<rect width="100%" height="100%" rx="6" fill="{GROUND}"/>\n'
            f'<g fill="{INKS[0]}">\n{body}</g>\n</svg>\n')


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].isdigit():
        sys.exit(__doc__)
    sys.stdout.write(picture(sys.stdin.read(), int(sys.argv[1])))
