# SPDX-License-Identifier: BSD-2-Clause
"""A bad and a good piece of YAML for a code, out of the cases of tests/errors.

The bad one is the line that the finding is about. The good one is what good.yaml says; else what
`check --fix` makes of it; else what the line becomes if its help is followed, or without the word that
is too much; and where a case spoils a device tree, the tree as it was. Each candidate is compiled, and the
first after which the finding is gone, and nothing new is found, is the good one."""

import difflib
import re
import shutil
import subprocess

import yaml

import make
import test_errors
from conftest import HERE, run_xendtc

GOOD = yaml.safe_load((HERE / "good.yaml").read_text())

TRIES = 6               # cases of a code that are looked at
MENDED = 4              # lines; a case in which more has to be mended shows something else
TREE_LINES = 10         # of a tree, that are shown
TREE_WIDTH = 110
FOUND = re.compile(r"^(?P<file>[^\n:]+):(?P<line>\d+):(?P<column>\d+): (?:error|warning)\[(?P<code>\w+)\]: "
                   r"(?P<text>.*)\n +\d+ \| (?P<source>.*)\n +\| (?P<caret> *\^~*)\n"
                   r"(?P<rest>(?:(?!^\S+: (?:error|warning)\[).*\n)*)", re.M)

# What can be typed: one word, a list, a map, words of a command line; no sentence.
VALUE = re.compile(r"\S+|[\[{\"'].*[\]}\"']|\S*=\S*( \S*=?\S*)*|mmc \S+|usb \S+")

SENTENCE = re.compile(r"\b(the|a|an|instead|what|its|one|two|is|in|of|it|out|or|and)\b|#")


def finding(name):
    """The first finding of the case's code that has a line of the case itself; else of its board.yaml."""
    path = test_errors.PATHS[name]
    text = path.with_suffix(".err").read_text(errors="replace")
    found = [f for f in FOUND.finditer(text) if f["code"] == test_errors.code_of(name)]
    return next((f for f in found if f["file"] == path.name), found[0] if found else None)


def message(name):
    """What is said of a case in which no line is to blame."""
    text = test_errors.PATHS[name].with_suffix(".err").read_text(errors="replace")
    return re.search(rf"(?:error|warning)\[{test_errors.code_of(name)}\]: (.*)", text)[1]


def helps(found):
    return re.findall(r"= help: (.*)", found["rest"])


def with_key(line, key, value):
    """The line with another value for a key, if it has that key."""
    changed = re.sub(rf"\b{re.escape(key)}: *(?:\[[^\]]*\]|\{{[^}}]*\}}|\"[^\"]*\"|'[^']*'|[^,}}\]#]*[^,}}\]# ])",
                     lambda _: f"{key}: {value}", line, count=1)
    return changed if changed != line else None


def written(advice):
    """What an advice says to write, in what could be several ways."""
    said = re.search(r"\b(?:write|use|give|say) (.+)", advice)
    if not said:
        return
    for end in (r", (?:or|and|as|which|unless|if) ", r" or ", r"; ", r" instead", r": ", r" \(", r", ",
                r" ", r"\?$"):
        yield re.split(end, said[1])[0].strip("'`")
    yield said[1].strip("'`")


def without(line, start, end):
    """The line without what stands there: an entry of a list or a map, a word of a command line."""
    word = line[start:end]
    for pattern in (rf", *(?:[\w-]+: *)?{re.escape(word)}", rf"(?:[\w-]+: *)?{re.escape(word)}, *",
                    rf" {re.escape(word)}(?= |$)", rf"{re.escape(word)} "):
        for match in re.finditer(pattern, line):
            if match.start() <= start < match.end():
                yield line[:match.start()] + line[match.end():]


def candidates(found, line):
    """Lines that could be good; None is no line at all."""
    start = int(found["column"]) - 1
    end = start + len(found["caret"].strip())
    for advice in helps(found):
        meant = re.search(r"did you mean '([^']*)'", advice)
        if meant:
            yield line[:start] + meant[1] + line[end:]
        number = re.search(r"\bor use (0x[0-9a-f]+)", advice)
        if number:
            yield line[:start] + number[1] + line[end:]
        for text in written(advice):
            key, _, value = text.partition(": ")
            if not VALUE.fullmatch(value or text) or SENTENCE.search(text):
                continue
            if value and re.fullmatch(r"[\w-]+", key):
                changed = with_key(line, key, value)
                if changed:
                    yield changed
            yield line[:start] + text + line[end:]
    yield from without(line, start, end)
    yield None


def codes(done):
    return set(re.findall(r"(?:error|warning)\[(\w+)\]", done.stderr.decode(errors="replace")))


def passes(case, done):
    return case.code not in codes(done) and codes(done) <= set(case.one("also", "").split())


def added(before, after):
    """The lines that are new in a text."""
    return [line[2:] for line in difflib.ndiff(before.split("\n"), after.split("\n")) if line[0] == "+"]


def mended(case, files, work):
    """The lines that `check --fix` writes; None: it knows nothing to do."""
    (work / case.path.name).write_bytes(case.text)
    words = [str(w) for w in test_errors.arguments(case, files, work / "out")]
    done = run_xendtc(words[0], "--fix", *words[1:], cwd=work)
    new = added(case.text.decode(), (work / case.path.name).read_text())
    return "\n".join(new) if 0 < len(new) <= MENDED and case.code not in codes(done) else None


def good_line(name, found, files, work):
    """The line that is good, or "" for none at all; None: none was found to be."""
    case = test_errors.Case(name)
    lines = case.text.decode().split("\n")
    at = int(found["line"]) - 1
    good = mended(case, files, work)
    if good is not None:
        return good
    for candidate in candidates(found, lines[at]):
        if candidate == lines[at]:
            continue
        kept = lines[:at] + ([] if candidate is None else [candidate]) + lines[at + 1:]
        (work / case.path.name).write_text("\n".join(kept))
        done = run_xendtc(*test_errors.arguments(case, files, work / "out"), cwd=work)
        if passes(case, done):
            return "" if candidate is None else candidate
    return None


def edited(text, expressions):
    """What sed makes of it."""
    expressions = [expressions] if isinstance(expressions, str) else expressions
    words = [word for e in expressions for word in ("-e", e)]
    return subprocess.run(["sed", *words], input=text, stdout=subprocess.PIPE, check=True).stdout


def written_good(code, names, files, work):
    """The case, and its lines that are good as good.yaml says."""
    row = GOOD["edits"][code]
    row = row if isinstance(row, dict) else {"case": names[0], "sed": row}
    case = test_errors.Case(row["case"])
    text = edited(case.text, row["sed"])
    begin(work)
    if case.all("tree") or case.all("partial"):
        files = spoil(case, files, work / "files")
    (work / case.path.name).write_bytes(text)
    done = run_xendtc(*test_errors.arguments(case, files, work / "out"), cwd=work, stdin=text)
    assert text != case.text and done.returncode == 0 and passes(case, done), \
        f"tests/good.yaml: {code} is not good:\n{done.stderr.decode(errors='replace')}"
    return case, "\n".join(added(case.text.decode(errors="replace"), text.decode(errors="replace")))


def begin(work):
    """An empty folder with what cases have beside them."""
    shutil.rmtree(work, ignore_errors=True)
    (work / "out").mkdir(parents=True)
    (work / "boards").symlink_to(test_errors.ERRORS / "boards")


def spoil(case, files, folder):
    """The files, with the trees that the case edits."""
    folder.mkdir()
    for path in files.iterdir():
        (folder / path.name).symlink_to(path)
    case.edit_trees(folder)
    return folder


def spoiled(case, key, name):
    """What the case does to a tree, as lines with - in front, and the tree's own with +."""
    good = make.tree_source(name)
    bad = good
    for edit in case.all(key):
        bad = edited(bad.encode(), edit).decode()
    return [line for line in difflib.unified_diff(bad.splitlines(), good.splitlines(), n=0, lineterm="")
            if not re.match(r"---|\+\+\+|@@", line) and line[1:].strip()]


def clipped(line):
    line = line.expandtabs(4)
    return line if len(line) <= TREE_WIDTH else line[:TREE_WIDTH - 3] + "..."


def tree_good(names, files, work):
    """A case with the tree as it was, and what it does to that."""
    best = None
    for case in map(test_errors.Case, names):
        if not (case.all("tree") or case.all("partial")) or not case.path.suffix == ".yaml":
            continue
        begin(work)
        (work / case.path.name).write_bytes(case.text)
        done = run_xendtc(*test_errors.arguments(case, files, work / "out"), cwd=work, stdin=case.text)
        if done.returncode or not passes(case, done):
            continue
        lines = [*(spoiled(case, "tree", case.base()) if case.all("tree") else []),
                 *(spoiled(case, "partial", "partial.dtb") if case.all("partial") else [])]
        if not best or len(lines) < len(best[1]):
            best = case, lines
        if len(lines) <= TREE_LINES:
            break
    return best


def usual(name):
    """Whether the case is a description that `check` reads, with the usual files."""
    case = test_errors.Case(name)
    return case.path.suffix == ".yaml" and not case.all("tree") and not case.all("partial") and \
        case.one("run", "check").split()[0] == "check" and "-" not in case.one("run", "check").split()


def snippet(code, files, work):
    """Markdown that shows the code; "" if no case can."""
    cases = [n for n in test_errors.CASES if test_errors.code_of(n) == code]
    names = [n for n in cases if finding(n)]
    shown = None
    if code in GOOD["says"]:
        return sentence(code, names, cases)
    if code in GOOD["edits"]:
        case, good = written_good(code, names, files, work)
        return markdown(finding(case.path.stem), good)
    for name in [n for n in names if usual(n)][:TRIES]:
        begin(work)
        found = finding(name)
        good = good_line(name, found, files, work)
        if good is not None:
            return markdown(found, good)
        shown = shown or found
    tree = tree_good(names, files, work)
    if tree:
        return markdown(finding(tree[0].path.stem), None, tree[1])
    shown = shown or (finding(names[0]) if names else None)
    return markdown(shown, None) if shown else ""


def sentence(code, names, cases):
    text = bad(finding(names[0]), True) if names else \
        f"\nBad: *{escaped(message(cases[0]))}*\n" if cases else ""
    return f"{text}\nGood: {GOOD['says'][code].strip()}\n"


def block(*lines):
    """An indented block, in which everything but control characters stands for itself."""
    return "\n" + "".join(f"    {re.sub(r'[^ -~]', '?', line.expandtabs(4)).rstrip()}\n" for line in lines)


def bad(found, with_help):
    advice = [f"\n* {escaped(h)}" for h in helps(found)] if with_help else []
    return "\nBad:\n" + block(found["source"], found["caret"]) + f"\n*{escaped(found['text'])}*\n" + \
        "".join(advice) + ("\n" if advice else "")


def markdown(found, good, tree=()):
    text = bad(found, good is None)
    if tree:
        more = ["..."] if len(tree) > TREE_LINES else []
        text += "\nGood, in the device tree (`+`; the bad one has `-`):\n" + \
            block(*map(clipped, tree[:TREE_LINES]), *more)
    elif good == "":
        text += "\nGood: without that line.\n"
    elif good is not None:
        text += "\nGood:\n" + block(*good.split("\n"))
    return text


def escaped(text):
    """As Markdown shows it unchanged."""
    return re.sub(r"([\\`*_<>\[\]|])", r"\\\1", re.sub(r"[^ -~]", "?", text))
