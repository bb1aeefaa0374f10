# SPDX-License-Identifier: BSD-2-Clause
"""Adds the results of all suites up and prints them as the last line."""

import re
import sys
from collections import Counter


def meson(text):
    """meson test: 'Ok:  4', 'Fail:  0', ..."""
    counts = {key: int(n) for key, n in re.findall(r"^(\w[\w ]*):\s+(\d+)\s*$", text, re.M)}
    return Counter(passed=counts.get("Ok", 0),
                   failed=counts.get("Fail", 0) + counts.get("Timeout", 0))


def pytest(text):
    """pytest: '3 failed, 40 passed, 1 error in 12.3s'"""
    lines = [line for line in text.splitlines() if re.search(r"\bin [\d.]+s", line)]
    words = re.findall(r"(\d+) (passed|failed|errors?|skipped)", lines[-1] if lines else "")
    counts = Counter()
    for number, word in words:
        counts["failed" if word.startswith("error") else word] += int(number)
    return counts


def main(paths):
    total = Counter()
    for path in paths:
        text = open(path, encoding="utf-8", errors="replace").read()
        counts = meson(text) if "Ok:" in text else pytest(text)
        if not counts["passed"] and not counts["failed"]:
            print(f"{path}: no test was run")
            counts["failed"] += 1
        total += counts
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    print(f"{total['passed']} passed, {total['failed']} failed{skipped}")
    return 1 if total["failed"] else 0


sys.exit(main(sys.argv[1:]))
