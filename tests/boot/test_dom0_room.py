# SPDX-License-Identifier: BSD-2-Clause
"""Room for dom0's tree: with the property xendtc,room Xen builds it, without it does not."""

import re
import subprocess

import pytest

import machine
from test_proofs import changed_tree

pytestmark = pytest.mark.boot

TREE = "virt-gicv3.dtb"
SYSTEM = f"""
board: qemu-arm64
memory: 2G
device-tree: {TREE}
xen: {{image: XEN, cmdline: console=dtuart}}
dom0: {{kernel: small-a, memory: 512M, vcpus: CPUS}}
"""
RESERVED = " ".join(f"r@{a:x} {{ reg = <0 {a:#x} 0 0x1000>; }};"
                    for a in range(0x70000000, 0x703C0000, 0x10000))
RESERVATIONS = ("/ { reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges; "
                + RESERVED + " }; };")


def without_room(path):
    """The tree without the property, as small as it was."""
    subprocess.run(["fdtput", "-d", path, "/cpus", "xendtc,room"], check=True)
    text = subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dts", path], check=True,
                          stdout=subprocess.PIPE).stdout
    subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", path], input=text, check=True)


@pytest.mark.parametrize("room", [True, False], ids=["room", "no-room"])
@pytest.mark.parametrize("cpus, addition", [(40, ""), (2, RESERVATIONS)],
                         ids=["forty-cpus", "sixty-reservations"])
@pytest.mark.parametrize("version", ["4.17", "4.20"])
def test_room(xendtc, inputs, tmp_path, version, cpus, addition, room):
    files, out = tmp_path / "files", tmp_path / "out"
    files.mkdir()
    (files / f"xen-{version}").symlink_to(inputs / f"xen-{version}")
    (files / "small-a").write_bytes(machine.small_kernel("a"))
    changed_tree(inputs / TREE, [addition] if addition else [], files / TREE)
    text = SYSTEM.replace("XEN", f"xen-{version}").replace("CPUS", str(cpus))
    subprocess.run([xendtc, "build", "-q", "--no-hash", "--stage", "--files", files,
                    "--output", out, "-"], input=text, text=True, check=True)
    if not room:
        without_room(out / TREE)
    says = "SMALL-READY name=a" if room else r"Device tree generation failed \(-3\)"
    machine.virt_direct(tmp_path, out, 3).watch([re.compile(says)], forbidden=(), timeout=60)
