#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Gives every device with an interrupt of every arm64 tree of Debian's kernel to a guest.

    tools/inputs.sh trees && tests/campaign_passthrough.py [--every N] [--xendtc FILE]

Two things must hold. What is accepted has a partial tree without a wrong reference or number:
which cells are phandles is known from the sources of the trees, compiled with dtc's fix-ups, and
not from xendtc. And help leads somewhere: what it says to type is typed, again and again, until
the device is accepted, or refused without a suggestion. docs/passthrough.md has the figures."""

import argparse
import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from partial_tree import Checker, Tree, read_tree, references

sys.path.insert(0, str(Path(__file__).parent / "fixtures"))
import make  # noqa: E402

TOP = Path(__file__).resolve().parent.parent
INPUTS = Path(os.environ.get("XENDTC_INPUTS") or
              Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "xendtc/inputs")
ROUNDS = 40                 # of help that is followed before it counts as endless
RAM = 0x18000000000         # where no tree has devices, and Xen can begin (E0421)

BOARD = f"""
name: any
title: any machine
compatible: "{{compatible}}"
device-tree: tree.dtb
cpus: 1
gic: [2, 3]
xen: "4.14"
linux: "4.14"
memory:
  4G:
    banks: [{{{{start: {RAM:#x}, size: 0x100000000, source: this test}}}}]
    loadable-end: {RAM + (2 << 30):#x}
windows: [{{{{start: {RAM + 0xe00000:#x}, size: 0x60000000}}}}]
boot: {{{{script-address: {RAM + 0xc00000:#x}, script-size: 0x100000, scratch: {RAM + 0xbff000:#x},
  tree-room: 0x3000, loadable-end: {RAM + (2 << 30):#x}, source: this test}}}}
uarts: [{{{{path: /none, what: none, source: this test}}}}]
"""

SYSTEM = """
board: any
memory: 4G
device-tree: tree.dtb
xen: {{image: xen-4.20, cmdline: console=dtuart hmp-unsafe}}
dom0: {{kernel: Image, cmdline: console=hvc0 clk_ignore_unused pd_ignore_unused, memory: 512M}}
guests:
  io: {{kernel: Image, memory: 256M, vcpus: 1, passthrough: {devices}}}
"""

# Advice about what is not the guest's: the machine's tree, Xen's own console, and what Xen keeps.
BEYOND = ("disable it in the base tree", "correct the tree", "use another UART as Xen's console",
          "remove it from this list")


class Attempt:
    """A device on its way through rounds of help, which is followed in one of two ways: the first
    line of it, or the line that leaves the property out."""

    def __init__(self, path, way):
        self.path, self.way, self.result, self.codes = path, way, None, []
        self.entries = {path: {}}
        self.seen = set()

    def devices(self):
        return json.dumps([{"device": path, **more} for path, more in self.entries.items()])

    def step(self, findings):
        """Follows the help of all errors. Ends if there are none, or if one has no help."""
        errors = [f for f in findings if f["severity"] == "error"]
        self.warnings = [f for f in findings if f["severity"] != "error"]
        self.codes.append(sorted({f["code"] for f in errors}))
        if not errors:
            self.result = "accepted"
            return
        state = self.devices()
        self.seen.add(state)
        taken = [self.follow(f) for f in errors]
        if "final" in taken or "stop" in taken:
            self.result = "refused"
        elif "unknown" in taken:
            self.result = "help that nobody understands: " + \
                next(f for f, t in zip(errors, taken) if t == "unknown")["help"][0]
        elif self.devices() in self.seen or len(self.codes) > ROUNDS:
            self.result = f"help that leads in a circle: {errors[0]['message']}"

    def follow(self, finding):
        lines = finding["help"]
        if not lines:
            return "final"
        order = lines if self.way == "first" else lines[::-1]
        for line in order:
            if self.take(line):
                return "taken"
        return "stop" if any(word in line for word in BEYOND for line in lines) else "unknown"

    def take(self, line):
        entry = re.search(r"(say what its clocks run at|try without it): (\{.*\})$", line)
        add = re.match(r"add (\S+) to the list", line)
        within = re.match(r"add (\S+), which \S+ is in, to the list", line)
        out = re.match(r"take (\S+) out of the list", line)
        instead = re.match(r"give (\S+) instead of (\S+), which is in it", line)
        if entry:
            self.merge(yaml.safe_load(re.sub(r"\bHZ\b", "1000000", entry[2])))
        elif add or within:
            self.entries.setdefault((add or within)[1].strip('"'), {})
        elif out:
            self.entries.pop(out[1], None)
        elif instead:
            self.entries.pop(instead[2], None)
            self.entries.setdefault(instead[1].strip('"'), {})
        else:
            return False
        return True

    def merge(self, entry):
        mine = self.entries.setdefault(entry["device"], {})
        if "clock-rates" in entry:
            mine["clock-rates"] = entry["clock-rates"]
        words = mine.get("without", [])
        words += [w for w in entry.get("without", []) if w not in words]
        if words:
            mine["without"] = words


class Campaign:
    def __init__(self, xendtc, work):
        self.xendtc, self.work = xendtc, Path(work)
        self.figures = collections.Counter()
        self.unlisted = collections.Counter()
        self.refusals = collections.Counter()
        self.failures = []
        self.known = set()

    def run(self, *words):
        return subprocess.run([self.xendtc, *map(str, words)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False)

    def try_tree(self, name, tree):
        """All devices of a tree that were not tried yet, in both ways."""
        paths = []
        self.figures["trees"] += 1
        for path in tree.candidates():
            key = tree.describe(path)
            self.figures["devices"] += 1
            if key not in self.known:
                self.known.add(key)
                paths.append(path)
        if paths:
            self.try_paths(name, tree, paths)

    def try_paths(self, name, tree, paths):
        folder = self.work / name.replace("/", "+")
        (folder / "boards/any").mkdir(parents=True)
        (folder / "tree.dtb").write_bytes(tree.blob)
        (folder / "xen-4.20").write_bytes(make.xen("4.20"))
        (folder / "Image").write_bytes(make.kernel())
        (folder / "boards/any/board.yaml").write_text(BOARD.format(compatible=tree.compatible()))
        self.past = self.base_codes(folder)
        todo = [Attempt(path, way) for path in paths for way in ("first", "without")]
        for number, attempt in enumerate(todo):
            attempt.file = f"{number}.yaml"
        for _ in range(ROUNDS + 2):
            running = [a for a in todo if not a.result]
            if running:
                self.one_round(folder, running)
        for attempt in todo:
            self.conclude(name, folder, tree, attempt)
        subprocess.run(["rm", "-r", folder], check=True)

    def base_codes(self, folder):
        """What is wrong with the tree whoever gets what: options to look past it."""
        options = []
        text = SYSTEM.format(devices="[]").replace(", passthrough: []", "")
        for _ in range(ROUNDS):
            (folder / "base.yaml").write_text(text)
            done = self.run("check", "--format", "json", *options, "--board-path", folder / "boards",
                            folder / "base.yaml")
            codes = {f["code"] for f in json.loads(done.stdout)["diagnostics"]
                     if f["severity"] == "error"} - set(options)
            if not codes:
                break
            self.figures.update(f"trees with {code}" for code in codes)
            options += [word for code in sorted(codes) for word in ("--unchecked", code)]
        return options

    def one_round(self, folder, running):
        for attempt in running:
            (folder / attempt.file).write_text(SYSTEM.format(devices=attempt.devices()))
        for start in range(0, len(running), 500):
            part = {str(folder / a.file): a for a in running[start:start + 500]}
            done = self.run("check", "--format", "json", *self.past, "--board-path", folder / "boards",
                            *part)
            if done.returncode not in (0, 1):
                raise SystemExit(f"{folder}: {done.stderr.decode()}")
            findings = collections.defaultdict(list)
            for finding in json.loads(done.stdout)["diagnostics"]:
                findings[finding["place"]["file"]].append(finding)
            for file, attempt in part.items():
                attempt.step(findings[file])

    def conclude(self, name, folder, tree, attempt):
        self.figures[f"tried, {attempt.way}"] += 1
        result = attempt.result or "help without end"
        self.figures[result if result in ("accepted", "refused") else "help that leads nowhere"] += 1
        if result == "refused":
            self.refusals[" ".join(attempt.codes[-1])] += 1
        elif result != "accepted":
            self.failures.append(f"{name} {attempt.path}: {result}")
        else:
            self.figures["after help"] += len(attempt.codes) > 1
            self.check_made(name, folder, tree, attempt)

    def check_made(self, name, folder, tree, attempt):
        out = folder / "out"
        done = self.run("build", "-q", "--no-hash", *self.past, "--board-path", folder / "boards", "-o", out,
                        folder / attempt.file)
        if done.returncode:
            self.failures.append(f"{name} {attempt.path}: built is refused: {done.stderr.decode()}")
            return
        for finding in attempt.warnings:
            if finding["code"] == "W0347":
                self.unlisted[re.match(r"'(.*?)'", finding["message"])[1]] += 1
        made = read_tree((out / "io-passthrough.dtb").read_bytes())
        devices = {path: set(more.get("without", [])) for path, more in attempt.entries.items()}
        told = {re.match(r"'(.*?)' of (\S+)", f["message"]).groups()
                for f in attempt.warnings if f["code"] == "W0347"}
        for wrong in Checker(tree, made, devices).check():
            where = re.match(r"(\S+): '(.*?)' names \S+, which is nothing", wrong)
            if where and any(prop == where[2] for prop, _ in told):
                continue
            self.figures["wrong"] += 1
            self.failures.append(f"{name} {attempt.path}: {wrong}")


def source_of(path, sources):
    """What the compiler's preprocessor makes of the source of a tree."""
    dts = sources / "arch/arm64/boot/dts" / path.with_suffix(".dts")
    if not dts.exists():
        return None
    include = [sources / "include", sources / "arch/arm64/boot/dts", dts.parent,
               sources / "scripts/dtc/include-prefixes"]
    done = subprocess.run(["cpp", "-nostdinc", *(f"-I{i}" for i in include), "-undef", "-D__DTS__", "-x",
                           "assembler-with-cpp", "-P", dts], stdout=subprocess.PIPE, check=True)
    text = done.stdout.decode()
    while "/include/ " in text:
        text = re.sub(r'/include/ "(.*?)"', lambda m: (dts.parent / m[1]).read_text(), text)
    return text


def prepared(path, trees, sources):
    """A tree of the package with its references; None if its source is that of an overlay upon one."""
    source = source_of(path.relative_to(trees), sources)
    return source and Tree(path.read_bytes(), references(source))


def part(xendtc, names, trees, sources):
    """The campaign of some of the trees."""
    with tempfile.TemporaryDirectory() as work:
        campaign = Campaign(xendtc, work)
        for path in names:
            tree = prepared(path, trees, sources)
            if tree:
                campaign.try_tree(str(path.relative_to(trees)), tree)
            else:
                campaign.figures["trees left out, for they are made with overlays"] += 1
        campaign.work = campaign.known = None
        return campaign


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--xendtc", default=TOP / "build/xendtc", type=Path)
    parser.add_argument("--every", default=1, type=int, metavar="N", help="one tree of N")
    parser.add_argument("--vendor", default="*", help="one folder of trees")
    parser.add_argument("--jobs", default=os.cpu_count(), type=int)
    options = parser.parse_args()
    trees, sources = INPUTS / "kernel-trees", INPUTS / "kernel-trees-source"
    names = sorted(trees.glob(f"{options.vendor}/**/*.dtb"))[::options.every]
    if not names:
        sys.exit("no trees: run tools/inputs.sh trees first")
    # A vendor's boards have the same chips, so they are for one worker, which tries equal devices once.
    vendors = collections.defaultdict(list)
    for name in names:
        vendors[name.relative_to(trees).parts[0]].append(name)
    figures, unlisted, refusals, failures = *(collections.Counter() for _ in range(3)), []
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        jobs = [pool.submit(part, options.xendtc, group, trees, sources)
                for group in sorted(vendors.values(), key=len, reverse=True)]
        for job in concurrent.futures.as_completed(jobs):
            done = job.result()
            figures += done.figures
            unlisted += done.unlisted
            refusals += done.refusals
            failures += done.failures
    for title, rows in (("", figures), ("refused by ", refusals), ("not in device_numbers.def: ", unlisted)):
        for name, count in rows.most_common():
            print(f"{count:8} {title}{name}")
    print("\n".join(failures))
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
