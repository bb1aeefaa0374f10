#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Turns the Pi 4 device tree into one for QEMU's raspi4b: qemu-rpi4-tree.py IN.dtb OUT.dtb

Linux touches every device that the tree lists. QEMU models only some of them, and a touch of the
others is an external abort that kills the domain; so those are disabled in the copy.
"""

import re
import shutil
import struct
import subprocess
import sys

BEGIN_NODE, END_NODE, PROP, NOP, END = 1, 2, 3, 4, 9
REGION = re.compile(r"^\s+([0-9a-f]{16})-([0-9a-f]{16}) \(prio ", re.M)


class Node:
    def __init__(self, name, parent):
        self.parent = parent
        self.path = (parent.path.rstrip("/") if parent else "") + "/" + name
        self.props = {}
        self.children = []

    def cells(self, name, default):
        return number(self.props[name]) if name in self.props else default

    def address_bytes(self):
        return 4 * self.cells("#address-cells", 2)

    def size_bytes(self):
        return 4 * self.cells("#size-cells", 1)


def number(data):
    return int.from_bytes(data, "big")


def c_string(data, at):
    return data[at:data.index(b"\0", at)].decode()


def aligned(at):
    return (at + 3) & ~3


def read_tree(data):
    """The root node of a flattened device tree."""
    at, strings = struct.unpack_from(">2I", data, 8)
    node = root = None
    while True:
        token, = struct.unpack_from(">I", data, at)
        at += 4
        if token == BEGIN_NODE:
            name = c_string(data, at)
            node = Node(name, node)
            if node.parent:
                node.parent.children.append(node)
            root = root or node
            at = aligned(at + len(name) + 1)
        elif token == END_NODE:
            node = node.parent
        elif token == PROP:
            size, name = struct.unpack_from(">2I", data, at)
            node.props[c_string(data, strings + name)] = data[at + 8:at + 8 + size]
            at = aligned(at + 8 + size)
        elif token == END:
            return root
        elif token != NOP:
            sys.exit("not a flattened device tree")


def modelled_regions():
    """Address ranges [first, last] that QEMU's machine answers to, RAM included."""
    monitor = subprocess.run(
        ["qemu-system-aarch64", "-M", "raspi4b", "-display", "none", "-S",
         "-serial", "null", "-monitor", "stdio"],
        input="info mtree -f\nquit\n", stdout=subprocess.PIPE, text=True, check=True).stdout
    # One "FlatView" for each set of address spaces; the CPUs see the one rooted at "system".
    for view in monitor.split("FlatView #")[1:]:
        if "Root memory region: system" in view:
            return [(int(a, 16), int(b, 16)) for a, b in REGION.findall(view)]
    sys.exit("QEMU's monitor shows no 'system' address space")


def translate(bus, address):
    """An address on a bus, as the CPU sees it; None if the CPU does not see it."""
    while bus.parent:
        if "ranges" not in bus.props:
            return None
        ranges = bus.props["ranges"]
        child, parent = bus.address_bytes(), bus.parent.address_bytes()
        row = child + parent + bus.size_bytes()
        for at in range(0, len(ranges), row):
            start = number(ranges[at:at + child])
            size = number(ranges[at + child + parent:at + row])
            if start <= address < start + size:
                address += number(ranges[at + child:at + child + parent]) - start
                break
        else:
            if ranges:
                return None
        bus = bus.parent
    return address


def device_address(node):
    """Where the CPU sees an enabled device; None for what is not one."""
    enabled = node.props.get("status", b"okay\0") in (b"okay\0", b"ok\0")
    if not enabled or "reg" not in node.props or "compatible" not in node.props:
        return None
    return translate(node.parent, number(node.props["reg"][:node.parent.address_bytes()]))


def absent(parent, regions):
    """Paths of the enabled devices that none of the regions holds."""
    for node in parent.children:
        address = device_address(node)
        if address is None or any(first <= address <= last for first, last in regions):
            yield from absent(node, regions)
        else:
            yield node.path


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: qemu-rpi4-tree.py IN.dtb OUT.dtb")
    source, target = sys.argv[1:]
    with open(source, "rb") as f:
        root = read_tree(f.read())
    paths = list(absent(root, modelled_regions()))
    shutil.copyfile(source, target)
    for path in paths:
        subprocess.run(["fdtput", "-t", "s", target, path, "status", "disabled"], check=True)
        print("disabled", path)


if __name__ == "__main__":
    main()
