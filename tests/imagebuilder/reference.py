# SPDX-License-Identifier: BSD-2-Clause
"""What the systems of this folder are made of, and how the /chosen of a tree is written down.

A listing has a line for each node and each property of /chosen, in the order of the tree's
nodes, and one for each node elsewhere that Xen shall not use itself. What differs from one run
or release to the next is replaced by what it stands for: the address of a module by ADDR or
what the module is, its size by its file, a phandle by the path it leads to.
"""

import gzip
import re
import struct
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "boot"))

import machine  # noqa: E402

BEGIN_NODE, END_NODE, PROP, NOP, END = 1, 2, 3, 4, 9
REFERENCES = {"cpupool-cpus", "domain-cpupool"}
MODULE = re.compile(r"(.*/module(?:@|0x))([0-9a-fA-F]+)")


def make_files(inputs, folder):
    """The files that the configs name: the inputs, and what is made of them."""
    for path in inputs.iterdir():
        (folder / path.name).symlink_to(path)
    linux = (inputs / "Image-cloud").read_bytes()
    (folder / "Image-cloud.gz").write_bytes(gzip.compress(linux, 1, mtime=0))
    (folder / "small").write_bytes(machine.small_kernel("small"))
    subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", folder / "rtc.dtb",
                    HERE / "passthrough" / "rtc.dts"], check=True)
    # ImageBuilder leaves it to the user to mark the device in the base tree.
    marked = folder / "virt-gicv3-marked.dtb"
    marked.write_bytes((inputs / "virt-gicv3.dtb").read_bytes())
    subprocess.run(["fdtput", "-t", "s", marked, "/pl031@9010000", "xen,passthrough"], check=True)


# --- flattened device trees (Devicetree Specification 0.4, chapter 5)


def cells(data):
    return struct.unpack(f">{len(data) // 4}I", data)


def read_tree(blob):
    """[(path, {property: bytes})] in the order of the tree."""
    _, _, structure, strings = cells(blob[:16])
    nodes, path, at = [], [], structure
    while True:
        token, = cells(blob[at:at + 4])
        at += 4
        if token == BEGIN_NODE:
            end = blob.index(b"\0", at)
            path.append(blob[at:end].decode())
            properties = {}
            nodes.append(("/".join(path) or "/", properties))
            at = (end + 4) & ~3
        elif token == PROP:
            size, name = cells(blob[at:at + 8])
            start = strings + name
            name = blob[start:blob.index(b"\0", start)].decode()
            properties[name] = blob[at + 8:at + 8 + size]
            at = (at + 8 + size + 3) & ~3
        elif token == END_NODE:
            path.pop()
        elif token == END:
            return nodes
        else:
            assert token == NOP, f"token {token} at {at - 4:#x}"


# --- the listing


def phandles(nodes):
    """Whom each number means; ImageBuilder can give one to two nodes."""
    found = {}
    for path, properties in nodes:
        if "phandle" in properties:
            found.setdefault(cells(properties["phandle"])[0], []).append(path)
    return {number: "&" + "|&".join(paths) for number, paths in found.items()}


def is_text(data):
    return re.fullmatch(rb"([\x20-\x7e]+\0)+", data) is not None


class Listing:
    def __init__(self, blob, folder):
        self.nodes = read_tree(blob)
        self.phandles = phandles(self.nodes)
        self.files = {path.stat().st_size: path.name for path in sorted(folder.iterdir())}

    def value(self, name, data):
        """A property as the listing shows it."""
        if name in REFERENCES:
            return ", ".join(self.phandles.get(c, f"nobody({c:#x})") for c in cells(data))
        if is_text(data):
            return ", ".join(f'"{text}"' for text in data[:-1].decode().split("\0"))
        if name == "reg" and len(data) == 16:
            size, = struct.unpack(">Q", data[8:])
            return f"<ADDR {self.files.get(size, hex(size))}>"
        if len(data) % 4:
            return f"[{data.hex(' ')}]"
        return f"<{' '.join(map(hex, cells(data)))}>" if data else "present"

    def name(self, path, properties):
        """The path, but what a module is instead of the address in it."""
        match = MODULE.fullmatch(path)
        if not match:
            return path
        address, = struct.unpack(">Q", properties["reg"][:8])
        assert int(match[2], 16) == address, f"{path} is not at {address:#x}"
        kind = properties["compatible"].split(b"\0")[0].decode()
        return f"{match[1]}({kind.split(',')[1]})"

    def lines(self):
        for path, properties in self.nodes:
            if (path + "/").startswith("/chosen/"):
                name = self.name(path, properties)
                yield name
                yield from (f"{name} {key} {self.value(key, data)}"
                            for key, data in sorted(properties.items()) if key != "phandle")
            elif "xen,passthrough" in properties:
                yield f"{path} xen,passthrough"


def listing(blob, folder):
    return "".join(line + "\n" for line in Listing(blob, folder).lines())
