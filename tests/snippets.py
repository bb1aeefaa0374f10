# SPDX-License-Identifier: BSD-2-Clause
"""A bad and a good piece of YAML for a code, out of the cases of tests/errors.

The bad one is the line that the finding is about. The good one is what `check --fix` makes of it; else
what the line becomes if its help is followed, or without the word that is too much: each candidate is
compiled, and the first after which the finding is gone, and nothing new is found, is the good one."""

import difflib
import re
import shutil

import test_errors
from conftest import run_xendtc

TRIES = 6               # cases of a code that are looked at
MENDED = 4              # lines; a case in which more has to be mended shows something else
FOUND = re.compile(r"^(?P<file>[^\n:]+):(?P<line>\d+):(?P<column>\d+): (?:error|warning)\[(?P<code>\w+)\]: "
                   r"(?P<text>.*)\n +\d+ \| (?P<source>.*)\n +\| (?P<caret> *\^~*)\n"
                   r"(?P<rest>(?:(?!^\S+: (?:error|warning)\[).*\n)*)", re.M)

# What can be typed: one word, a list, a map, words of a command line; no sentence.
VALUE = re.compile(r"\S+|[\[{\"'].*[\]}\"']|\S*=\S*( \S*=?\S*)*|mmc \S+|usb \S+")

SENTENCE = re.compile(r"\b(the|a|an|instead|what|its|one|two|is|in|of|it|out|or|and)\b|#")


def finding(name):
    """The first finding of the case's code that has a line of the case itself."""
    path = test_errors.PATHS[name]
    text = path.with_suffix(".err").read_text(errors="replace")
    for found in FOUND.finditer(text):
        if found["code"] == test_errors.code_of(name) and found["file"] == path.name:
            return found
    return None


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
    for end in (r", (?:or|and|as|which|unless|if) ", r" or ", r"; ", r" instead", r": ", r" \(", r", ", r" ", r"\?$"):
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


def mended(case, files, work):
    """The lines that `check --fix` writes; None: it knows nothing to do."""
    (work / case.path.name).write_bytes(case.text)
    words = [str(w) for w in test_errors.arguments(case, files, work / "out")]
    done = run_xendtc(words[0], "--fix", *words[1:], cwd=work)
    now = (work / case.path.name).read_text().split("\n")
    new = [line[2:] for line in difflib.ndiff(case.text.decode().split("\n"), now) if line[0] == "+"]
    return "\n".join(new) if 0 < len(new) <= MENDED and case.code not in codes(done) else None


def good_line(name, found, files, work):
    """The line that is good, or "" for none at all; None: none was found to be."""
    case = test_errors.Case(name)
    lines = case.text.decode().split("\n")
    at = int(found["line"]) - 1
    (work / "out").mkdir(exist_ok=True)
    good = mended(case, files, work)
    if good is not None:
        return good
    for candidate in candidates(found, lines[at]):
        if candidate == lines[at]:
            continue
        kept = lines[:at] + ([] if candidate is None else [candidate]) + lines[at + 1:]
        (work / case.path.name).write_text("\n".join(kept))
        done = run_xendtc(*test_errors.arguments(case, files, work / "out"), cwd=work)
        if case.code not in codes(done) and codes(done) <= set(case.one("also", "").split()):
            return "" if candidate is None else candidate
    return None


def usual(name):
    """Whether the case is a description that `check` reads, with the usual files."""
    case = test_errors.Case(name)
    return case.path.suffix == ".yaml" and not case.all("tree") and not case.all("partial") and \
        case.one("run", "check").split()[0] == "check" and "-" not in case.one("run", "check").split()


def snippet(code, files, work):
    """Markdown that shows the code; "" if no case can."""
    names = [n for n in test_errors.CASES if test_errors.code_of(n) == code and finding(n)]
    shown = None
    for name in [n for n in names if usual(n)][:TRIES]:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        found = finding(name)
        good = good_line(name, found, files, work)
        if good is not None:
            return markdown(found, good)
        shown = shown or found
    shown = shown or (finding(names[0]) if names else None)
    return markdown(shown, None) if shown else ""


def markdown(found, good):
    # An indented block, in which everything but control characters stands for itself.
    def block(*lines):
        return "\n" + "".join(f"    {re.sub(r'[^ -~]', '?', line).rstrip()}\n" for line in lines)

    text = "\nBad:\n" + block(found["source"], found["caret"]) + f"\n*{escaped(found['text'])}*\n"
    if good == "":
        text += "\nGood: without that line.\n"
    elif good is not None:
        text += "\nGood:\n" + block(*good.split("\n"))
    elif helps(found):
        text += "".join(f"\n* {escaped(advice)}" for advice in helps(found)) + "\n"
    return text


def escaped(text):
    """As Markdown shows it unchanged."""
    return re.sub(r"([\\`*_<>\[\]|])", r"\\\1", re.sub(r"[^ -~]", "?", text))
