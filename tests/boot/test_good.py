# SPDX-License-Identifier: BSD-2-Clause
"""Good systems: xendtc accepts each, and real Xen boots it to a line of every domain.

A refusal of a system that boots is a bug of the first rank. The systems of good/*.yaml are
there for what their comments say; the others are drawn from all keys that Debian's Xen can
boot, always the same ones.
"""

import gzip
import json
import random
import re
import subprocess
from pathlib import Path

import pytest
import yaml

import machine
from test_boot import ready

pytestmark = pytest.mark.boot

GOOD = sorted((Path(__file__).parent / "good").glob("*.yaml"))
SEED = 20
DRAWN = 32


@pytest.fixture(scope="session")
def good_files(files, inputs):
    """The inputs, compressed kernels, and small kernels that say their name."""
    linux = (files / "Image-cloud").read_bytes()
    (files / "Image-cloud.gz").write_bytes(gzip.compress(linux, 1, mtime=0))
    for n in range(5):
        for kind in ("small", "uart"):
            kernel = machine.small_kernel(str(n), uart=kind == "uart")
            (files / f"{kind}-{n}").write_bytes(kernel)
            (files / f"{kind}-{n}.gz").write_bytes(gzip.compress(kernel, 9, mtime=0))
    (files / "bcm2711-rpi-4-b-6.1.dtb").symlink_to(inputs / "bcm2711-rpi-4-b.dtb")
    (files / "virt-1g.dtb").write_bytes((files / "virt-gicv2.dtb").read_bytes())
    subprocess.run(["fdtput", "-t", "x", files / "virt-1g.dtb", "/memory@40000000", "reg",
                    "0", "40000000", "0", "40000000"], check=True)
    return files


def accepted(xendtc, files, work, text):
    """The folder that xendtc writes, without a single error."""
    done = subprocess.run([xendtc, "build", "--format", "json", "--no-hash", "--stage",
                           "--files", files, "--output", work / "out", "-"],
                          input=text, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout)["diagnostics"]
    assert [d for d in found if d["severity"] == "error"] == []
    assert done.returncode == 0
    return work / "out"


def sign_of(name, domain):
    """What the domain says when it runs.

    A small kernel says its name; Linux the line of the ramdisk, or where it has none (or no
    UART) its command line.
    """
    kernel = domain["kernel"]
    file = kernel["file"] if isinstance(kernel, dict) else kernel
    small = re.match(r"(small|uart)-(\d)", file)
    if small:
        by = "uart" if small[1] == "uart" else "xen"
        return re.compile(rf"SMALL-READY name={small[2]} by={by}")
    if "ramdisk" not in domain or "xenboot" in domain["cmdline"]:
        return re.compile(rf"Kernel command line: .*domname={name}\b")
    xen = name == "dom0" or domain.get("pv", "disabled") != "disabled"
    return ready(name, cpus=domain.get("vcpus", 2), xen=xen)


def signs(system):
    domains = dict(system.get("guests", {}))
    if "dom0" in system:
        domains["dom0"] = system["dom0"]
    return [sign_of(name, domain) for name, domain in domains.items()]


def prepare(system, out, work):
    """The machine that the system is for."""
    if system["board"] == "rpi4":
        uart = 0 if "dtuart=serial0" in system["xen"]["cmdline"] else 1
        return machine.raspi4b_direct(work, out, uart)
    gic = 3 if "gicv3" in system["device-tree"] else 2
    ram = {"1G": 1024, "2G": 2048}[system["memory"]]
    return machine.virt_direct(work, out, gic, ram * machine.MIB)


def boot(xendtc, files, work, text):
    system = yaml.safe_load(text)
    out = accepted(xendtc, files, work, text)
    prepare(system, out, work).watch(signs(system), timeout=180)


@pytest.mark.parametrize("path", GOOD, ids=lambda p: p.stem)
def test_good(xendtc, good_files, tmp_path, path):
    boot(xendtc, good_files, tmp_path, path.read_text())


# --- systems that are drawn


def maybe(draw, chance, key, values):
    return {key: draw.choice(values)} if draw.random() < chance else {}


def draw_file(draw, name, slots):
    """A kernel: packed or not, at an address of its own or anywhere."""
    file = name + draw.choice(["", "", ".gz"])
    if draw.random() < 0.3:
        return {"file": file, "address": slots.pop()}
    return file


def draw_guest(draw, number, version, gic, dom0, slots):
    uart = draw.random() < 0.6
    # The buffer of the guest's tree holds some twenty CPUs.
    most = 8 if gic == 2 else 16
    guest = {
        "kernel": draw_file(draw, f"{'uart' if uart else 'small'}-{number}", slots),
        "memory": draw.choice(["5M", "6M", "16M", "0x1001000", "33M", "64M", "0x7fff000", "200M"]),
        "vcpus": draw.choice([1, 1, 2, 3, most]),
        **({"vpl011": True} if uart else {}),
        **maybe(draw, 0.6, "pv", ["disabled", "no-xenstore", "enabled" if dom0 else "disabled"]),
        **maybe(draw, 0.3, "nr-spis", [1, 32, 100, 960]),
        **maybe(draw, 0.3, "p2m-memory", ["3M", "16M"]),
        **maybe(draw, 0.3, "cmdline", ["quiet", "a=b c", "x" * 300]),
        **maybe(draw, 0.2, "properties", [{"note": "text", "cells": "<0x1 2>", "flag": True}]),
    }
    if version >= "4.18":
        guest |= {
            **maybe(draw, 0.3, "max-grant-version", [1]),
            **maybe(draw, 0.3, "max-grant-frames", [1, 64, 4096]),
            **maybe(draw, 0.3, "max-maptrack-frames", [0, 1, 1024]),
        }
    if draw.random() < 0.3:
        guest["ramdisk"] = "initrd.cpio.gz"
        guest["memory"] = "32M"
    return guest


def draw_dom0(draw, slots):
    return {
        "kernel": draw_file(draw, "small-0", slots),
        "memory": draw.choice(["32M", "64M", "128M", "256M", "512M"]),
        **maybe(draw, 0.6, "vcpus", [1, 2, 3, 8]),
        **maybe(draw, 0.5, "cmdline", ["console=hvc0", "y" * 900]),
        **maybe(draw, 0.4, "ramdisk", ["initrd.cpio.gz"]),
    }


def draw_channels(draw, guests, dom0):
    """Ends that know that they run on Xen; ports that are free."""
    ends = [n for n, g in guests.items() if g.get("pv", "disabled") != "disabled"]
    if dom0:
        ends.append("dom0")
    if len(ends) < 2 or draw.random() < 0.3:
        return []
    one, other = draw.sample(ends, 2)
    return [{one: draw.choice([10, 11, 1023]), other: draw.choice([20, 21, 1000])}]


def draw_system(number):
    draw = random.Random(SEED * 1000 + number)
    version, gic = draw.choice(["4.17", "4.20"]), draw.choice([2, 3])
    slots = [0x50000000 + draw.randrange(0x4000) * 0x1000 + n * 0x4000000 for n in range(6)]
    xen = f"xen-{version}"
    # The last bytes of memory are where the test's own code is.
    placed = {"file": xen, "address": draw.choice([0x48000000, 0x4a200000])}
    dom0 = draw.random() < 0.5
    count = draw.randint(0 if dom0 else 1, 4)
    guests = {f"guest{n}": draw_guest(draw, n, version, gic, dom0, slots)
              for n in range(1, count + 1)}
    system = {
        "board": "qemu-arm64",
        "memory": "2G",
        "device-tree": f"virt-gicv{gic}.dtb",
        "xen": {
            "image": draw.choice([xen, placed]),
            "cmdline": "console=dtuart guest_loglvl=all",
            **maybe(draw, 0.5, "config", [f"{xen}.config"]),
        },
        **({"dom0": draw_dom0(draw, slots)} if dom0 else {}),
        **({"guests": guests} if guests else {}),
    }
    channels = draw_channels(draw, guests, dom0)
    return {**system, **({"event-channels": channels} if channels else {})}


@pytest.mark.parametrize("number", range(DRAWN))
def test_drawn(xendtc, good_files, tmp_path, number):
    system = draw_system(number)
    text = yaml.safe_dump(as_written(system), sort_keys=False, width=10000)
    boot(xendtc, good_files, tmp_path, text)


def as_written(value):
    """Addresses are the large numbers; in a description they are text in hex."""
    if isinstance(value, dict):
        return {k: as_written(v) for k, v in value.items()}
    if isinstance(value, list):
        return [as_written(v) for v in value]
    if isinstance(value, int) and value >= 0x40000000:
        return hex(value)
    return value
