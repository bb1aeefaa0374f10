# SPDX-License-Identifier: BSD-2-Clause
"""A folder of the compiler calls what the table of docs/design.md lets it use, and no two files
call each other in a circle: nm says who defines a symbol and who wants it.

A floor is a row of that table: a folder, or files beside the folders, which then are one floor.
"""

import os
import re
import subprocess
from collections import defaultdict

import pytest

from conftest import BINARY, TOP, complain

DESIGN = TOP / "docs" / "design.md"


# The table.

def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


class Table:
    """Which floor uses which: the first column, and the last, of which each word is the name of
    a floor, or `all`."""

    def __init__(self, text):
        self.floors = {}        # each name of the first column -> the first one of its row
        self.named = {}         # floor -> the names in its last column
        rows = [cells(line) for line in text.splitlines() if line.startswith("| ")]
        start = next(i for i, row in enumerate(rows) if row[0] == "folder")
        for row in rows[start + 1:]:
            if len(row) == len(rows[start]):
                self.read_row(row)

    def read_row(self, row):
        names = [stem(name) for name in re.findall(r"`([\w./]+)`", row[0])]
        self.floors.update({name: names[0] for name in names})
        self.named[names[0]] = {word.strip() for word in row[-1].split(",") if word.strip()}

    def floor_of(self, path):
        return self.floors.get(stem(path))

    def may_use(self, floor):
        """The floor itself, those that its row names, and those that they may use."""
        found, todo = set(), [floor]
        while todo:
            at = todo.pop()
            if at not in found:
                found.add(at)
                named = self.named.get(at, ())
                todo += self.named if "all" in named else map(self.floors.get, named)
        return found


def stem(path):
    """What the table calls a file: its folder, or its own name without .c or .h."""
    return path.split("/")[0].rsplit(".", 1)[0]


# The calls.

def symbols_of(objects):
    """objects: file below compiler/ -> its object. Yields (file, symbol, whether it defines it)."""
    by_object = {str(path): file for file, path in objects.items()}
    done = subprocess.run(["nm", "-A", "-P", *by_object], check=True, stdout=subprocess.PIPE)
    for line in done.stdout.decode().splitlines():
        path, symbol, kind = re.match(r"(.*?): (\S+) (\S)", line).groups()
        if kind == "U" or kind.isupper():
            yield by_object[path], symbol, kind != "U"


def calls_of(objects):
    """(caller, callee) -> the symbols of the second that the first wants."""
    symbols = list(symbols_of(objects))
    home = {symbol: file for file, symbol, defined in symbols if defined}
    calls = defaultdict(set)
    for file, symbol, defined in symbols:
        if not defined and home.get(symbol, file) != file:
            calls[file, home[symbol]].add(symbol)
    return calls


def private(objects, tested):
    """A line for each symbol that other files could use, and none does; `tested` is the text of what
    is linked with them besides."""
    symbols = list(symbols_of(objects))
    wanted = {symbol for _, symbol, defined in symbols if not defined} | set(re.findall(r"\w+", tested))
    return [f"compiler/{file}: nobody else uses {symbol}: make it static"
            for file, symbol, defined in sorted(symbols)
            if defined and symbol not in wanted and not symbol.startswith("__")]    # the compiler's


def forbidden(calls, table):
    """A line for each call that the table does not allow."""
    found = []
    for (caller, callee), symbols in sorted(calls.items()):
        floor = table.floor_of(caller)
        uses = table.may_use(floor)
        if floor and table.floor_of(callee) not in uses:
            found += [f"compiler/{caller} uses {symbol} of compiler/{callee}: by the table of "
                      f"docs/design.md {floor} may use "
                      f"{', '.join(sorted(uses - {floor})) or 'nothing'}"
                      for symbol in sorted(symbols)]
    return found


def circles(calls):
    """The sets of files that call each other, directly or through others (Tarjan)."""
    graph = defaultdict(set)
    for caller, callee in calls:
        graph[caller].add(callee)
    number, lowest, stack, found = {}, {}, [], []

    def visit(file):
        number[file] = lowest[file] = len(number)
        stack.append(file)
        for other in sorted(graph.get(file, ())):
            if other not in number:
                visit(other)
            if other in stack:
                lowest[file] = min(lowest[file], lowest[other])
        if lowest[file] == number[file]:
            circle = stack[stack.index(file):]
            del stack[-len(circle):]
            found.append(circle)

    for file in sorted(graph):
        if file not in number:
            visit(file)
    return [sorted(c) for c in found if len(c) > 1]


def shown(circle, calls):
    """The calls inside of a circle, a line each."""
    lines = [f"  compiler/{caller} uses {symbol} of compiler/{callee}"
             for (caller, callee), symbols in sorted(calls.items())
             if caller in circle and callee in circle for symbol in sorted(symbols)]
    return ["a circle of files, which a third one below them would end:", *lines]


# The compiler.

def sources(*suffixes):
    """The files below compiler/ with one of the suffixes; .c if none is given."""
    return sorted(str(p.relative_to(TOP / "compiler")) for p in (TOP / "compiler").rglob("*")
                  if p.suffix in (suffixes or (".c",)))


def built_objects():
    """File below compiler/ -> its object in the build folder of the binary."""
    found = {}
    for file in sources():
        name = f"compiler_{file.replace('/', '_')}.o"
        paths = [BINARY.parent / folder / name for folder in ("libxendtc.a.p", "xendtc.p")]
        found.update({file: path for path in paths if path.exists()})
    return found


@pytest.fixture(scope="module")
def objects():
    found = built_objects()
    if not found:
        pytest.skip(f"no objects beside {BINARY}")
    complain(f"compiler/{file} is not built: add it to meson.build"
             for file in sources() if file not in found)
    return found


@pytest.fixture(scope="module")
def calls(objects):
    return calls_of(objects)


@pytest.fixture(scope="module")
def table():
    return Table(DESIGN.read_text())


def test_file_has_a_floor(table):
    complain(f"no row of the table in docs/design.md names compiler/{file}"
             for file in sources() if not table.floor_of(file))


def test_floor_has_files(table):
    """So has each floor that only the last column names."""
    there = {stem(file) for file in sources(".c", ".h")}
    names = {*table.floors, *(n for named in table.named.values() for n in named)} - {"all"}
    complain(f"the table in docs/design.md names {name}, which compiler/ does not have"
             for name in sorted(names - there))


def test_no_call_upward_or_sideways(calls, table):
    complain(forbidden(calls, table))


def test_no_circle(calls):
    complain(line for circle in circles(calls) for line in shown(circle, calls))


def test_what_nobody_else_uses_is_static(objects):
    tested = "".join(p.read_text() for p in (TOP / "tests").rglob("*.c"))
    complain(private(objects, "main " + tested))


@pytest.mark.parametrize("header, user", [("yaml.h", "input/tree.c"), ("libfdt.h", "input/dtb.c")])
def test_library_has_one_user(header, user):
    complain(f"compiler/{file} includes <{header}>, which is for compiler/{user} alone"
             for file in sources(".c", ".h") if file != user and
             f"#include <{header}>" in (TOP / "compiler" / file).read_text())


# The laws themselves, on objects made for them.

HOUSE = """\
| folder | may use |
|---|---|
| `main.c` | all |
| `checks/` | base, plan |
| `passes/` | base, plan |
| `plan.h`, `edits.h` | base |
| `base/` | |
"""
LINE = "by the table of docs/design.md"


def compiled(folder, files):
    """Objects of files, given as the functions that each defines and those that it calls."""
    objects = {}
    for file, (defined, called) in files.items():
        source, objects[file] = folder / file, (folder / file).with_suffix(".o")
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text("".join(f"void {name}(void);\n" for name in called) +
                          f"void {defined}(void) {{ " + " ".join(f"{n}();" for n in called) + " }\n" +
                          "static int local; int local_of(void); int local_of(void) { return local; }\n"
                          .replace("local_of", f"local_{defined}"))
        subprocess.run([os.environ.get("CC", "cc"), "-c", source, "-o", objects[file]], check=True)
    return calls_of(objects)


@pytest.mark.parametrize("files, found", [
    # Downward, through one floor, and to a file of the same row.
    ({"main.c": ("main", ["check"]), "checks/check.c": ("check", ["plan", "text"]),
      "plan.c": ("plan", ["edit"]), "edits.c": ("edit", ["text"]), "base/text.c": ("text", ["exit"])},
     []),
    ({"checks/check.c": ("check", []), "base/text.c": ("text", ["check"])},
     [f"compiler/base/text.c uses check of compiler/checks/check.c: {LINE} base may use nothing"]),
    ({"checks/check.c": ("check", ["lower"]), "passes/lower.c": ("lower", [])},
     [f"compiler/checks/check.c uses lower of compiler/passes/lower.c: {LINE} checks may use "
      "base, plan"]),
    ({"edits.c": ("edit", ["check", "lower"]), "checks/check.c": ("check", []),
      "passes/lower.c": ("lower", [])},
     [f"compiler/edits.c uses check of compiler/checks/check.c: {LINE} plan may use base",
      f"compiler/edits.c uses lower of compiler/passes/lower.c: {LINE} plan may use base"]),
], ids=["down", "up", "sideways", "two"])
def test_law_of_floors(files, found, tmp_path):
    assert forbidden(compiled(tmp_path, files), Table(HOUSE)) == found


@pytest.mark.parametrize("files, found", [
    ({"a.c": ("a", ["b", "c"]), "b.c": ("b", ["c"]), "c.c": ("c", [])}, []),
    ({"a.c": ("a", ["b"]), "b.c": ("b", ["a"]), "c.c": ("c", ["a"])}, [["a.c", "b.c"]]),
    ({"a.c": ("a", ["b"]), "b.c": ("b", ["c"]), "c.c": ("c", ["a"]), "d.c": ("d", ["e"]),
      "e.c": ("e", ["d", "a"])}, [["a.c", "b.c", "c.c"], ["d.c", "e.c"]]),
], ids=["none", "of two", "two circles"])
def test_law_of_circles(files, found, tmp_path):
    calls = compiled(tmp_path, files)
    assert sorted(circles(calls)) == found
    assert all(len(shown(c, calls)) > len(c) for c in found)


def test_law_of_symbols(tmp_path):
    objects = {}
    for file, text in {"a.c": "int a(void); int b(void); int unit(void);\n"
                              "int a(void) { return b(); } int unit(void) { return 1; }",
                       "b.c": "static int c(void) { return 1; } int b(void); int d(void);\n"
                              "int b(void) { return c(); } int d(void) { return 2; }"}.items():
        (tmp_path / file).write_text(text)
        objects[file] = tmp_path / f"{file}.o"
        subprocess.run([os.environ.get("CC", "cc"), "-c", tmp_path / file, "-o", objects[file]], check=True)
    assert private(objects, "a(); unit();") == ["compiler/b.c: nobody else uses d: make it static"]
