# SPDX-License-Identifier: BSD-2-Clause
"""Memory that only just fits, and a page too little or too much: both sides of xendtc's edges.

A good system is drawn; then xendtc itself is asked which is the least and the largest memory that
it accepts for one domain, and from where it refuses. Xen must boot the one and must not boot the
other. Between them is at most what DOUBTS warn of: there it depends.
"""

import json
import re

import pytest
import yaml

from draw import Draw, wished
from machine import BootFailed
from test_good import signs
from test_proofs import Notes, prepare, run_xendtc

pytestmark = pytest.mark.boot

SEED = wished("XENDTC_SEED", 40)
DRAWN = wished("XENDTC_DRAWN", 20)
PAGE = 4096
DOUBTS = {"W0815", "W0851"}
MIB = 1 << 20

VERSIONS = ("4.17", "4.20", "newest")
FULL_VERSIONS = ("4.17-full", "4.20-full", "newest-full")

# What Xen says of a domain that it cannot make.
REFUSED = re.compile(r"Could not set up (domain|DOM0)|Failed to allocate requested|Panic on CPU|"
                     r"Not enough memory in the first bank|Could not allocate domain")


def draw_edge(number, seed=SEED):
    """A small system and the name of the guest whose memory is to be at the edge."""
    draw = Draw(seed * 1000 + number)
    guests = {}
    for n in range(1, draw.randint(2, 4)):
        kernel = f"uart-{n}" + draw.choice(["", ".gz"])
        guests[f"guest{n}"] = {
            "kernel": kernel, "memory": draw.choice(["16M", "64M", "200M"]), "vpl011": True,
            "vcpus": draw.choice([1, 2, 4]), **draw.maybe(0.5, "ramdisk", ["initrd.cpio.gz"]),
            **draw.maybe(0.3, "p2m-memory", ["3M", "16M"])}
    system = {
        "board": "qemu-arm64", "memory": "2G",
        "device-tree": f"virt-gicv{draw.choice([2, 3])}.dtb",
        "xen": {"image": "xen", "cmdline": "console=dtuart guest_loglvl=all bootscrub=0"},
        **({"dom0": {"kernel": "small-0", "memory": draw.choice(["64M", "128M"])}}
           if draw.yes(0.5) else {}),
        "guests": guests,
    }
    return VERSIONS[number % len(VERSIONS)], system, draw.choice(sorted(guests))


def draw_full_edge(number, seed=SEED + 1):
    """The same with Xen as Debian does not build it: static memory, or cache colours; or the memory
    of dom0 is at the edge."""
    draw = Draw(seed * 1000 + number)
    version = FULL_VERSIONS[number % len(FULL_VERSIONS)]
    _, system, who = draw_edge(number, seed)
    colours = version != "4.17-full" and draw.yes(0.5)
    system["xen"]["config"] = "xen.config"
    if colours:
        system["xen"]["cmdline"] += " llc-coloring=on llc-size=1M llc-nr-ways=16"
        system["xen"]["llc-colors"] = "15"
    for n, guest in enumerate(system["guests"].values()):
        if colours:
            guest |= {"memory": "16M", "llc-colors": f"{4 * n}-{4 * n + 3}"}
            guest.pop("ramdisk", None)
        elif draw.yes(0.5):
            guest |= {"static-memory": "auto"}
            guest.pop("p2m-memory", None)
    if colours and "dom0" in system:
        system["dom0"] |= {"memory": "64M", "llc-colors": "12-14"}
    return version, system, who


class Edge:
    """A system whose one number can be chosen."""

    def __init__(self, xendtc, folder, work, system, domain):
        self.xendtc, self.folder, self.work = xendtc, folder, work
        self.system, self.domain = system, domain
        self.usual = 16 * MIB if "llc-colors" in domain else 200 * MIB

    def notes(self, size):
        self.domain["memory"] = f"{size:#x}"
        return Notes(yaml.safe_dump(self.system, sort_keys=False, width=1000))

    def found(self, size, *options):
        done = run_xendtc(self.xendtc, self.notes(size), self.folder, self.work, *options)
        return json.loads(done.stdout)["diagnostics"]

    def errors(self, size, *options):
        return sorted({d["code"] for d in self.found(size, *options) if d["severity"] == "error"})

    def doubts(self, size):
        return self.errors(size) or [d for d in self.found(size) if d["code"] in DOUBTS]

    def border(self, good, bad, about):
        """Between a size that `about` finds nothing in and one that it does: the last and the
        first of them, by pages."""
        while abs(good - bad) > PAGE:
            middle = (good + bad) // 2 // PAGE * PAGE
            good, bad = (good, middle) if about(middle) else (middle, bad)
        return good, bad

    def machine(self, size, place):
        work = self.work / place
        work.mkdir()
        off = [word for code in self.errors(size) for word in ("--unchecked", code)]
        assert not self.errors(size, *off)
        return prepare(self.notes(size), self.work / "out", work)


def assert_refuses(boot):
    """Xen says so; before it has a UART, in its memory only."""
    try:
        boot.watch([REFUSED], forbidden=[], timeout=120)
    except BootFailed as failure:
        assert REFUSED.search(str(failure).partition("Xen's console ring:")[2]), failure


def boot_both_sides(edge, side):
    far = PAGE if side == "least" else 4096 * MIB
    good, _ = edge.border(edge.usual, far, edge.doubts)
    _, bad = edge.border(edge.usual, far, edge.errors)
    edge.machine(good, "good").watch(signs(edge.notes(good)), timeout=300)
    assert_refuses(edge.machine(bad, "bad"))


def boot_drawn(xendtc, folders, work, drawn, side):
    version, system, guest = drawn
    boot_both_sides(Edge(xendtc, folders(version), work, system, system["guests"][guest]), side)


@pytest.mark.parametrize("side", ["least", "most"])
@pytest.mark.parametrize("number", range(DRAWN))
def test_edge(xendtc, folders, tmp_path, number, side):
    boot_drawn(xendtc, folders, tmp_path, draw_edge(number), side)


@pytest.mark.parametrize("side", ["least", "most"])
@pytest.mark.parametrize("number", range(DRAWN // 2))
def test_full_edge(xendtc, folders, tmp_path, number, side):
    boot_drawn(xendtc, folders, tmp_path, draw_full_edge(number), side)


@pytest.mark.parametrize("side", ["least", "most"])
@pytest.mark.parametrize("number", range(DRAWN // 2))
def test_edge_of_dom0(xendtc, folders, tmp_path, number, side):
    version, system, _ = draw_edge(number, SEED + 2)
    domain = system.setdefault("dom0", {"kernel": "small-0"})
    boot_both_sides(Edge(xendtc, folders(version), tmp_path, system, domain), side)
