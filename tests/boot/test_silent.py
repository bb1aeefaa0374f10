# SPDX-License-Identifier: BSD-2-Clause
"""A Linux that nobody hears: xendtc says so; real Xen starts it, it runs, and it is silent.

This is the other side of test_good.py's law that each Linux of an accepted system prints a line.
The systems are drawn (draw_silent.py). They are built with `--unchecked` for each error that
xendtc has about them.
"""

import json
import re

import pytest

from draw import wished
from draw_silent import CODES, KINDS, draw_silent
from test_boot import ready
from test_proofs import Notes, prepare, run_xendtc

pytestmark = pytest.mark.boot

# So many drawn systems are looked at; the first of each kind are booted, or as many as are wished.
SAID = 8 * len(KINDS)
BOOTED = wished("XENDTC_DRAWN", len(KINDS))

# With this word, and guest_loglvl=all on Xen's line, Linux speaks by Xen's debug console until it
# has a console of its own. It is not one of those that "console=" chooses from.
EARLY = " earlycon=xenboot"

# What Linux says by EARLY, and then nothing more: it has a screen that nobody sees, or no console
# for its first program (init/main.c, console_on_rootfs).
RUNS = re.compile(r"printk: console \[tty[01]\] enabled|Warning: unable to open an initial console")


def build_anyway(xendtc, notes, folder, work):
    """Without the rules that refuse the system."""
    found = json.loads(run_xendtc(xendtc, notes, folder, work).stdout)["diagnostics"]
    codes = sorted({d["code"] for d in found if d["severity"] == "error"})
    off = [word for code in codes for word in ("--unchecked", code)]
    done = run_xendtc(xendtc, notes, folder, work, *off)
    assert done.returncode == 0, done.stdout
    return work / "out"


def lines_of_victim(text, kind):
    """The numbers of the lines about the silent domain."""
    lines = text.splitlines()
    first = lines.index("dom0:" if kind.who == "dom0" else "  victim:")
    depth = len(lines[first]) - len(lines[first].lstrip())
    last = next((n for n in range(first + 1, len(lines))
                 if len(lines[n]) - len(lines[n].lstrip()) <= depth), len(lines))
    return range(first + 1, last + 1)


@pytest.mark.parametrize("number", range(SAID), ids=lambda n: f"{n}-{KINDS[n % len(KINDS)].name}")
def test_said(xendtc, folders, tmp_path, number):
    """Each silent domain has a finding of its own; a warning of another matter does not count."""
    kind, version, text = draw_silent(number)
    found = json.loads(run_xendtc(xendtc, Notes(text), folders(version), tmp_path).stdout)
    about = {d["code"] for d in found["diagnostics"]
             if (d["place"] or {}).get("line") in lines_of_victim(text, kind)}
    assert about & CODES, text


def other_line(text, kind):
    return text if kind.ends else text.replace(" domname=", EARLY + " domname=") \
        .replace("cmdline: domname=", f"cmdline: {EARLY.strip()} domname=")


@pytest.mark.parametrize("number", range(BOOTED), ids=lambda n: f"{n}-{KINDS[n % len(KINDS)].name}")
def test_silent(xendtc, folders, tmp_path, number):
    """The domain runs and never says what it says in all other tests; the one beside it speaks."""
    kind, version, text = draw_silent(number)
    notes = Notes(other_line(text, kind))
    out = build_anyway(xendtc, notes, folders(version), tmp_path)
    runs = re.compile(kind.ends) if kind.ends else RUNS
    prepare(notes, out, tmp_path).watch(
        [re.compile("SMALL-READY name=1 by=xen"), runs],
        forbidden=[ready("victim"), "DOMAIN-READY"], linger=0 if kind.ends else 12, timeout=200)
