# SPDX-License-Identifier: BSD-2-Clause
"""docs/diagnostics.md: what `xendtc explain all` says, with a bad and a good piece of YAML for each
code that has a case (snippets.py)."""

import re

import pytest

import snippets
import test_errors
from conftest import TOP, complain, run_xendtc, short

PAGE = TOP / "docs" / "diagnostics.md"
HEADING = re.compile(r'^## <a id="(\w+)"></a>', re.M)


def sections(text):
    """The head of the page, and code -> section."""
    parts = HEADING.split(text)
    return parts[0], {code: f'## <a id="{code}"></a>{body}'
                      for code, body in zip(parts[1::2], parts[2::2])}


def test_diagnostics_page(fixtures, tmp_path, golden):
    head, found = sections(run_xendtc("explain", "all").stdout.decode())
    head = head.replace("Printed by `xendtc explain all`; do not edit.",
                        "Printed by `xendtc explain all`, with examples out of `tests/errors`: what is bad, "
                        "what is said of it, and what is good; do not edit.")
    page = head + "".join(f"{text.rstrip()}\n{snippets.snippet(code, fixtures, tmp_path / 'work')}\n"
                          for code, text in found.items())
    golden(PAGE, page.rstrip("\n").encode() + b"\n")


@pytest.mark.parametrize("what, least", [("Bad", 0.8), ("Good", 0.35)])
def test_codes_have_snippets(what, least):
    """Most of those that are about a line of a description."""
    _, found = sections(PAGE.read_text())
    about = [c for c in found if any(test_errors.code_of(n) == c and snippets.finding(n)
                                     for n in test_errors.CASES)]
    have = [c for c in about if f"\n{what}:" in found[c]]
    assert len(have) >= least * len(about), f"{len(have)} of {len(about)}"
    if what == "Bad":
        complain(f"{short(PAGE)}: {code} has no bad example" for code in about if code not in have)
