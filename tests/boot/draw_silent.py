# SPDX-License-Identifier: BSD-2-Clause
"""Draws systems with one Linux that nobody hears, always the same ones for one seed.

Xen builds each of them, and the domain runs. Its command line names a console that it does not
have, or none, or it finds no root file system, or no memory to go on. Beside it there is a small
kernel that speaks, as proof that the silence is the domain's own.
"""

import random
from typing import NamedTuple

import yaml

from draw import wished

SEED = wished("XENDTC_SEED", 30)

# What xendtc says of them: check_consoles.c, check_roots.c and check_linux_memory.c.
CODES = {"W0705", "W0706", "W0740", "W0741", "W0742", "W0743", "W0745", "W0748", "W0898"}

VERSIONS = ("4.17", "4.20", "newest")

# Words that change nothing about it.
OTHER_WORDS = ("", "loglevel=7", "panic=0", "nosmp")


class Kind(NamedTuple):
    """A kind of silence: who is silent, the keys and lines that make it so, and what shows that
    the domain runs (by `earlycon=xenboot`, see RUNS) or how it ends."""
    name: str
    who: str
    keys: dict
    lines: tuple
    ends: str = ""


# Linux with VT takes the first console that there is, which is the dummy tty0; with a hypervisor
# node it prefers hvc0 (arch/arm/xen/enlighten.c), for which Xen gives guests no ring.
UART = {"vpl011": True}
XEN = {"vpl011": True, "pv": "no-xenstore"}
NO_ROOT = "VFS: Unable to mount root fs on unknown-block"
NO_MEMORY = "System is deadlocked on memory"

KINDS = (
    Kind("other-uart", "guest", UART, ("console=ttyS0", "console=ttyAMA1", "console=ttyS1,115200")),
    Kind("hvc-of-guest", "guest", UART, ("console=hvc0",)),
    Kind("hvc-with-pv", "guest", XEN, ("console=hvc0", "console=hvc0 console=hvc1")),
    Kind("screen", "guest", UART, ("console=tty0", "console=tty1")),
    Kind("no-word", "guest", UART, ("",)),
    Kind("no-word-with-pv", "guest", XEN, ("",)),
    Kind("no-uart", "guest", {}, ("console=ttyAMA0", "console=hvc0")),
    Kind("nothing-at-all", "guest", {}, ("",)),
    Kind("dom0-no-word", "dom0", {}, ("",)),
    Kind("dom0-uart-of-xen", "dom0", {}, ("console=ttyAMA0", "console=ttyAMA0,115200n8")),
    Kind("dom0-screen", "dom0", {}, ("console=tty0",)),
    Kind("no-root", "guest", {**UART, "ramdisk": None}, ("", "root=/dev/ram0", "root=/dev/xvda",
                                                        "root=/dev/mmcblk0p2", "root=LABEL=x"),
         NO_ROOT),
    Kind("null", "guest", UART, ("console=", "console=null")),
    Kind("no-memory", "guest", {**UART, "memory": "44M"}, ("", "rootwait"), NO_MEMORY),
    Kind("no-memory-beside-cma", "dom0", {"memory": "112M"}, ("",), NO_MEMORY),
)


def draw_victim(draw, kind):
    line = " ".join(word for word in (draw.choice(kind.lines), draw.choice(OTHER_WORDS)) if word)
    if kind.ends:
        line = f"console={'hvc0' if kind.who == 'dom0' else 'ttyAMA0'} {line}"
    domain = {
        "kernel": "Image-cloud", "ramdisk": "initrd.cpio.gz",
        "cmdline": f"{line} domname=victim".strip(),
        # Where no ramdisk is in the way, Linux finds room for its 64 MiB of CMA in 96M, and stops
        # for want of memory before it has a console.
        "memory": "128M" if kind.who == "dom0" or kind.ends else draw.choice(["80M", "96M", "128M"]),
        "vcpus": draw.choice([1, 1, 2]),
        **kind.keys,
    }
    return {key: value for key, value in domain.items() if value is not None}


def draw_silent(number, seed=SEED):
    """The kind, Xen's version and the description; each kind comes once before one comes again."""
    draw = random.Random(seed * 1000 + number)
    kind = KINDS[number % len(KINDS)]
    gic = draw.choice([2, 3])
    victim = draw_victim(draw, kind)
    speaker = {"kernel": "small-1", "memory": "16M", "vcpus": 1}
    system = {
        "board": "qemu-arm64",
        "memory": "2G",
        "device-tree": f"virt-gicv{gic}.dtb",
        "xen": {"image": "xen", "cmdline": "console=dtuart guest_loglvl=all"},
        **({"dom0": victim} if kind.who == "dom0" else {}),
        "guests": {"speaker": speaker, **({"victim": victim} if kind.who == "guest" else {})},
    }
    return kind, VERSIONS[number % len(VERSIONS)], yaml.safe_dump(system, sort_keys=False, width=1000)
