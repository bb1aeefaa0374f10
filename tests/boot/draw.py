# SPDX-License-Identifier: BSD-2-Clause
"""Draws good systems, always the same ones for one seed: keys that Xen can combine, combined.

draw_system(number) is a description with comments at its top that say which Xen it is for and
how QEMU is to be started (see test_proofs.py).
"""

import os
import random

import yaml


def wished(name, usual):
    """Another number than usual, which the environment asks for: other systems, or more."""
    return int(os.environ.get(name, usual))


SEED = wished("XENDTC_SEED", 20)
DRAWN = wished("XENDTC_DRAWN", 48)

# Of each eight systems.
VERSIONS = ("4.17", "4.20", "newest", "4.17-full", "4.17-full", "4.20-full", "4.20-full",
            "newest-full")
NEWEST = "4.23"
MIB = 1 << 20

# What the files and Xen may take; above it is the memory that is given by address.
GIVEN = 0x80000000


class Draw(random.Random):
    def maybe(self, chance, key, values):
        return {key: self.choice(values)} if self.random() < chance else {}

    def yes(self, chance):
        return self.random() < chance


class Frame:
    """What holds for the whole system."""

    def __init__(self, draw, version):
        self.draw = draw
        self.full = version.endswith("-full")
        release = version.removesuffix("-full")
        self.version = NEWEST if release == "newest" else release
        self.gic = draw.choice([2, 3])
        self.cpus = draw.choice([2, 2, 4])
        self.cpu = draw.choice(["cortex-a57", "cortex-a57", "cortex-a53", "cortex-a72", "max"])
        self.colors = self.full and self.since("4.20") and draw.yes(0.25)
        self.dom0 = draw.yes(0.5)
        # QEMU's MSI frame for a GICv2 has the interrupts of its SMMU.
        self.iommu = self.full and (self.gic == 3 or not self.dom0) and draw.yes(0.3)
        self.flask = self.full and draw.yes(0.1)
        self.slots = [0x50000000 + draw.randrange(0x4000) * 0x1000 + n * 0x4000000
                      for n in range(6)]
        self.next = GIVEN
        self.seen = {}
        self.color = 0

    def since(self, version):
        return self.version >= version

    @property
    def sve(self):
        return self.full and self.since("4.20") and self.cpu == "max"

    def host_range(self, size):
        """Memory of the machine that nobody has yet, on a page at least."""
        step = self.draw.choice([2 * MIB, 2 * MIB, 0x1000])
        start = (self.next + step - 1) // step * step
        start += step * self.draw.randrange(3)
        self.next = start + size
        return {"address": hex(start), "size": hex(size)}

    def guest_address(self, name, size):
        """Where a guest has nothing else: between its UART and its grant table."""
        start = self.seen.get(name, 0x23000000)
        self.seen[name] = start + max(size, 0x1000)
        return hex(start)

    def own_colors(self):
        """One to three of the sixteen: not for anybody else if there are enough."""
        first = self.color % 14
        count = self.draw.randint(1, 2)
        self.color += count
        return str(first) if count == 1 else f"{first}-{first + count - 1}"

    @property
    def qemu(self):
        words = []
        if self.cpus != 2:
            words += ["-smp", str(self.cpus)]
        if self.cpu != "cortex-a57":
            words += ["-cpu", self.cpu]
        if self.iommu:
            words += ["-machine", "iommu=smmuv3"]
        return " ".join(words)


def draw_file(frame, name):
    """A kernel: packed or not, at an address of its own or anywhere."""
    file = name + frame.draw.choice(["", "", ".gz"])
    if frame.draw.yes(0.3) and frame.slots:
        return {"file": file, "address": hex(frame.slots.pop())}
    return file


SIZES = ["5M", "6M", "16M", "0x1001000", "33M", "64M", "0x7fff000", "200M"]
COLORED = SIZES[:5]  # a colour has a sixteenth of memory, perhaps a thirty-second


def bytes_of(size):
    return int(size, 16) if size.startswith("0x") else int(size[:-1]) * MIB


def split(draw, size):
    """Into ranges; the first holds what Xen loads."""
    if size < 32 * MIB or draw.yes(0.6):
        return [size]
    rest = draw.choice([0x1000, 2 * MIB, 5 * MIB, 8 * MIB])
    return [size - rest, rest]


def draw_static(frame, guest, direct):
    """Static memory: chosen here or by xendtc."""
    draw = frame.draw
    if frame.colors or not frame.full or draw.yes(0.5):
        return {}
    keys = {"direct-map": True} if direct else {}
    if draw.yes(0.4):
        return {"static-memory": "auto", **keys}
    ranges = [frame.host_range(size) for size in split(draw, bytes_of(guest["memory"]))]
    return {"static-memory": ranges, **keys}


def draw_new_keys(frame, guest):
    """Keys that came after 4.17."""
    draw, keys = frame.draw, {}
    if frame.since("4.18"):
        keys |= {
            **draw.maybe(0.3, "max-grant-version", [1]),
            **draw.maybe(0.3, "max-grant-frames", [1, 64, 4096]),
            **draw.maybe(0.3, "max-maptrack-frames", [0, 1, 1024]),
        }
    if frame.sve:
        keys |= draw.maybe(0.5, "sve", ["max", "128", "256", "2048"])
    if frame.iommu and frame.since("4.19") and not keys.get("capabilities"):
        keys |= draw.maybe(0.4, "iommu", ["enabled", "disabled"])
    if frame.colors:
        keys |= {"llc-colors": frame.own_colors()} if draw.yes(0.7) else {}
    if frame.since("4.21"):
        keys |= draw.maybe(0.3, "trap-unmapped-accesses", [True, False])
        if draw.yes(0.3):
            cpu = draw.randrange(guest["vcpus"])
            keys["vcpu-affinity"] = {cpu: draw.choice(["0", "1", "0-1", "0,1"])}
    return keys


def draw_guest(frame, number):
    draw = frame.draw
    direct = frame.full and draw.yes(0.3)
    # The buffer of the guest's tree holds some twenty CPUs.
    most = 8 if frame.gic == 2 else 16
    guest = {"memory": draw.choice(COLORED if frame.colors else SIZES), "vcpus": draw.choice([1, 1, 2, 3, most])}
    if draw.yes(0.3):
        guest |= {"ramdisk": "initrd.cpio.gz", "memory": "32M"}
    guest |= draw_static(frame, guest, direct)
    uart = draw.yes(0.6)
    kind = "small" if not uart else "host" if guest.get("direct-map") else "uart"
    return {
        "kernel": draw_file(frame, f"{kind}-{number}"),
        **guest,
        **({"vpl011": True} if uart else {}),
        **draw.maybe(0.6, "pv", ["disabled", "no-xenstore",
                                 "enabled" if frame.dom0 else "disabled"]),
        **draw.maybe(0.3, "nr-spis", [1, 32, 100, 960]),
        **draw.maybe(0.3, "p2m-memory", ["3M", "16M"]),
        **draw.maybe(0.3, "cmdline", ["quiet", "a=b c", "x" * 300]),
        **draw.maybe(0.2, "properties", [{"note": "text", "cells": "<0x1 2>", "flag": True}]),
        **draw_new_keys(frame, guest),
    }


def draw_dom0(frame):
    draw = frame.draw
    return {
        "kernel": draw_file(frame, "small-0"),
        "memory": draw.choice(["32M", "64M", *([] if frame.colors else ["128M", "256M", "512M"])]),
        **draw.maybe(0.6, "vcpus", [1, 2, 3, 8]),
        **draw.maybe(0.5, "cmdline", ["console=hvc0", "y" * 900]),
        **draw.maybe(0.4, "ramdisk", ["initrd.cpio.gz"]),
        **({"llc-colors": frame.own_colors()} if frame.colors and draw.yes(0.7) else {}),
    }


# Of QEMU's machine: the clock, and the flash.
DEVICES = ("/pl031@9010000", "/flash@0")


def give_devices(frame, guests):
    for device in DEVICES:
        if not guests or frame.draw.yes(0.7):
            continue
        guest = guests[frame.draw.choice(sorted(guests))]
        if device == DEVICES[0] and frame.draw.yes(0.3) and "passthrough" not in guest and \
                guest.get("nr-spis", 64) >= 32:
            guest["passthrough-dtb"] = "partial.dtb"
        elif "passthrough-dtb" not in guest and guest.get("nr-spis", 64) >= 32:
            guest.setdefault("passthrough", []).append(device)


SCHEDULERS = ("credit", "credit2", "rtds", "null", "arinc653")


def draw_pools(frame, guests):
    """Each CPU in a pool, or in none."""
    draw = frame.draw
    if not frame.full or draw.yes(0.6):
        return {}
    cpus = list(range(frame.cpus))
    if draw.yes(0.3):
        draw.shuffle(cpus)
    pools, left = {}, cpus[:draw.randint(1, frame.cpus)]
    while left:
        count = draw.randint(1, len(left))
        pools[f"pool{len(pools)}"] = {"cpus": left[:count],
                                      **draw.maybe(0.5, "scheduler", SCHEDULERS[:2])}
        left = left[count:]
    for guest in guests.values():
        guest |= draw.maybe(0.6, "cpupool", list(pools))
        guest.pop("vcpu-affinity", None)
    use_other_schedulers(draw, guests, pools)
    return pools


def use_other_schedulers(draw, guests, pools):
    """These want few CPUs: rtds has no budget for many, and null none to spare."""
    for name, pool in pools.items():
        inside = [g for g in guests.values() if g.get("cpupool") == name]
        wanted = sum(g["vcpus"] for g in inside)
        if 0 in pool["cpus"] or wanted > len(pool["cpus"]) or draw.yes(0.5):
            continue
        pool["scheduler"] = draw.choice(SCHEDULERS[2:4])


def draw_shared(frame, guests):
    draw, shared = frame.draw, {}
    if not frame.full or draw.yes(0.5):
        return {}
    for n in range(draw.randint(1, 3)):
        users = [*guests, *(["dom0"] if frame.dom0 else [])]
        users = draw.sample(users, draw.randint(1, min(3, len(users))))
        direct = [u for u in users if u == "dom0" or "direct-map" in guests[u]]
        size = draw.choice([0x1000, 0x3000, 2 * MIB, 0x201000, 16 * MIB])
        place = frame.host_range(size)["address"]
        record = {"size": hex(size), "at": {}}
        if direct or not frame.since("4.19") or draw.yes(0.6):
            record["address"] = draw.choice([place, place, "auto"])
        for user in users:
            record["at"][user] = place if user in direct else frame.guest_address(user, size)
        if len(users) > 1 and draw.yes(0.5):
            record["owner"] = draw.choice(users)
        shared[f"share{n}"] = record
    return shared


def draw_channels(frame, guests):
    """Ends that know that they run on Xen; ports that are free."""
    draw, channels = frame.draw, []
    port = draw.choice([10, 100, 990])
    ends = [n for n, g in guests.items() if g.get("pv", "disabled") != "disabled"]
    if frame.dom0:
        ends.append("dom0")
    while len(ends) > 1 and draw.yes(0.6) and len(channels) < 4:
        one, other = draw.sample(ends, 2)
        channels.append({one: port, other: port + draw.choice([0, 1, 5])})
        port += 6
    return channels


def draw_line(frame):
    draw = frame.draw
    words = ["console=dtuart", "guest_loglvl=all"]
    words += draw.choice([[], [], ["loglvl=all"], ["sched=credit"], ["bootscrub=0"]])
    if frame.colors:
        words += [draw.choice(["llc-coloring=on ", ""]) + "llc-size=1M llc-nr-ways=16"]
    if frame.flask:
        words += ["xsm=flask", "flask=permissive"]
    return " ".join(words)


def draw_heap(frame):
    """Large enough for all domains."""
    if not frame.full or frame.colors or frame.draw.yes(0.8):
        return {}
    if frame.draw.yes(0.5):
        return {"static-heap": [frame.host_range(768 * MIB)]}
    return {"static-heap": [frame.host_range(256 * MIB), frame.host_range(512 * MIB)]}


def draw_xen(frame):
    draw = frame.draw
    image = "xen"
    # The last bytes of memory are where the test's own code is.
    placed = {"file": "xen", "address": draw.choice(["0x48000000", "0x4a200000"])}
    return {
        "image": draw.choice([image, placed]),
        "cmdline": draw_line(frame),
        **draw.maybe(1.0 if frame.full else 0.5, "config", ["xen.config"]),
        **({"xsm-policy": "xen.policy"} if frame.flask else {}),
        **({"llc-colors": "15"} if frame.colors and draw.yes(0.7) else {}),
        **draw_heap(frame),
        **draw.maybe(0.1, "properties", [{"note": "text"}]),
    }


def draw_parts(frame):
    """The whole system. What takes memory comes in an order that leaves room for all."""
    count = frame.draw.randint(0 if frame.dom0 else 1, 4)
    guests = {f"guest{n}": draw_guest(frame, n) for n in range(1, count + 1)}
    dom0 = {"dom0": draw_dom0(frame)} if frame.dom0 else {}
    give_devices(frame, guests)
    more = {
        "cpupools": draw_pools(frame, guests),
        "shared-memory": draw_shared(frame, guests),
        "event-channels": draw_channels(frame, guests),
    }
    return {
        "board": "qemu-arm64",
        "memory": "2G",
        "device-tree": f"virt-gicv{frame.gic}.dtb",
        "xen": draw_xen(frame),
        **dom0,
        **({"guests": guests} if guests else {}),
        **{key: value for key, value in more.items() if value},
    }


def draw_system(number, seed=SEED):
    version = VERSIONS[number % len(VERSIONS)]
    frame = Frame(Draw(seed * 1000 + number), version)
    system = draw_parts(frame)
    qemu = f"# qemu: {frame.qemu}\n" if frame.qemu else ""
    return (f"# xen: {version}\n{qemu}" +
            yaml.safe_dump(system, sort_keys=False, width=10000))


def drawn_systems():
    return [draw_system(number) for number in range(DRAWN)]
