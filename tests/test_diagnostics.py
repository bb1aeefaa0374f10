# SPDX-License-Identifier: BSD-2-Clause
"""docs/diagnostics.md: what `xendtc explain all` says, with a bad and a good piece of YAML for each
code that has a case (snippets.py)."""

import re

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


def test_codes_have_snippets():
    """A bad one, if a case can show it, and what is good instead."""
    _, found = sections(PAGE.read_text())
    cases = {test_errors.code_of(n) for n in test_errors.CASES}
    complain([f"{short(PAGE)}: {code} has no bad example" for code, text in found.items()
              if code in cases and "\nBad:" not in text] +
             [f"{short(PAGE)}: {code} has no good example: say it in tests/good.yaml"
              for code, text in found.items() if not re.search("^Good[:,]", text, re.M)])


def test_no_row_of_good_is_left_over():
    codes = set(sections(PAGE.read_text())[1])
    rows = [*snippets.GOOD["edits"], *snippets.GOOD["says"]]
    assert set(rows) <= codes and len(rows) == len(set(rows))


def test_explain_has_the_snippets():
    """The program was built with the page, and shows its examples without Markdown."""
    _, found = sections(PAGE.read_text())
    for code in list(found)[::15]:
        said = run_xendtc("explain", code).stdout.decode()
        wanted = [line for line in found[code].split("\n")[1:] if line.startswith(("    ", "Bad", "Good:"))]
        complain(f"xendtc explain {code} does not say: {line}" for line in wanted
                 if re.sub(r"[\\*]", "", line) not in re.sub(r"[\\*]", "", said))
