# SPDX-License-Identifier: BSD-2-Clause
"""Device trees, what is a reference in them, and whether a partial tree has them right.

This is not xendtc's own reading: cells that are phandles are known from the source of a tree, by the
fix-ups that dtc writes for an overlay."""

import collections
import hashlib
import re
import struct
import subprocess

# Properties that a copy has in another form, or goes without by rule.
MADE = re.compile(r"reg|ranges|dma-ranges|interrupts(-extended)?|interrupt-(parent|names)|phandle|"
                  r"linux,phandle|status|xen,.*|dma-coherent|#(address|size)-cells")
DROPPED = re.compile(r".*-names|assigned-clock.*|iommu.*|renesas,ipmmu-main")


class Node:
    def __init__(self, name, parent):
        self.name, self.parent, self.props, self.children = name, parent, {}, []

    def path(self):
        return "/" if not self.parent else self.parent.path().rstrip("/") + "/" + self.name

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    def child(self, name):
        return next((c for c in self.children if c.name == name), None)

    def at(self, path):
        node = self
        for name in filter(None, path.split("/")):
            node = node and node.child(name)
        return node

    def cells(self, prop):
        value = self.props[prop]
        return struct.unpack(f">{len(value) // 4}I", value[:len(value) // 4 * 4])

    def phandle(self):
        return self.cells("phandle")[0] if "phandle" in self.props else 0

    def off(self):
        return self.props.get("status", b"okay\0") not in (b"okay\0", b"ok\0")


def read_tree(blob):
    """The nodes of a blob (Devicetree Specification, section 5)."""
    at, strings = struct.unpack(">II", blob[8:16])
    node = root = None
    while True:
        token, = struct.unpack_from(">I", blob, at)
        at += 4
        if token == 1:
            end = blob.index(0, at)
            new = Node(blob[at:end].decode(), node)
            if node:
                node.children.append(new)
            node, root = new, root or new
            at = (end + 4) & ~3
        elif token == 2:
            node = node.parent
        elif token == 3:
            size, name = struct.unpack_from(">II", blob, at)
            name = blob[strings + name:blob.index(0, strings + name)].decode()
            node.props[name] = blob[at + 8:at + 8 + size]
            at = (at + 8 + size + 3) & ~3
        elif token == 9:
            return root


def references(source):
    """{path: {property: the cells that are phandles}} of a tree's preprocessed source. As an overlay
    it has them in /__local_fixups__."""
    start = source.index("/dts-v1/;") + len("/dts-v1/;")
    text = source[:start] + " /plugin/; " + source[start:].replace("/dts-v1/;", "")
    blob = subprocess.run(["dtc", "-q", "-q", "-@", "-f", "-I", "dts", "-O", "dtb"], input=text.encode(),
                          stdout=subprocess.PIPE, check=True).stdout
    found, fixups = {}, read_tree(blob).child("__local_fixups__")
    for node in fixups.walk() if fixups else []:
        path = node.path()[len("/__local_fixups__"):] or "/"
        found[path] = {prop: [offset // 4 for offset in node.cells(prop)] for prop in node.props}
    return found


class Tree:
    """A machine's tree, and what is known of its references."""

    def __init__(self, blob, refs):
        self.blob, self.root, self.refs = blob, read_tree(blob), refs
        self.paths = {node.path(): node for node in self.root.walk()}
        self.by_phandle = {}
        for node in self.paths.values():
            self.by_phandle.setdefault(node.phandle(), node)

    def compatible(self):
        return self.root.props["compatible"].split(b"\0")[0].decode()

    def candidates(self):
        return [path for path, node in self.paths.items()
                if "interrupts" in node.props or "interrupts-extended" in node.props]

    def describe(self, path):
        """Equal ones are tried once: many boards have the same chip."""
        seen = hashlib.sha256(path.encode())
        for node in self.paths[path].walk():
            here = node.path()
            for prop, value in sorted(node.props.items()):
                cells = self.refs.get(here, {}).get(prop)
                if prop in ("phandle", "interrupt-parent"):
                    continue
                seen.update(f"{here} {prop} ".encode())
                for i, cell in enumerate(node.cells(prop)) if cells else []:
                    to = self.by_phandle.get(cell) if i in cells else None
                    seen.update((to.path() + str(to.props.get("status")) if to else str(cell)).encode())
                if not cells:
                    seen.update(value)
        return seen.digest()


class Checker:
    """Holds a partial tree against the tree of the machine."""

    def __init__(self, tree, made, devices):
        self.tree, self.made, self.devices, self.wrong = tree, made, devices, []
        self.origin = {}                # a node of the partial tree -> the machine's
        self.copies = {}                # and back
        top = made.child("passthrough")
        for node in top.walk():
            path = node.props.get("xen,path", b"").rstrip(b"\0").decode()
            if path and len(node.props.keys() - {"xen,reg", "xen,path",
                                                 "xen,force-assign-without-iommu"}):
                self.pair(node, tree.paths[path])
        for path in devices:            # a device without pages or interrupts of its own
            self.pair_by_name(top, tree.paths[path])
        for node in top.children:
            self.pair_provider(node)
        for node in made.walk():
            if node.name == "gic":
                self.gic = node.phandle()

    def pair(self, node, origin):
        if node in self.origin:
            return
        self.origin[node], self.copies[origin] = origin, node
        if len(node.children) != len(origin.children):
            self.wrong.append(f"{node.path()} has not the children of {origin.path()}")
        for ours, theirs in zip(node.children, origin.children):
            self.pair(ours, theirs)

    def pair_by_name(self, top, origin):
        for node in top.walk():
            if (node.name.split("@")[0] == origin.name.split("@")[0] and origin not in self.copies and
                    node not in self.origin and
                    node.props.get("compatible") == origin.props.get("compatible")):
                self.pair(node, origin)

    def pair_provider(self, node):
        """Copied along: it is named as on the machine, and says the same."""
        origin = self.tree.by_phandle.get(node.phandle()) if node.phandle() else None
        if origin and node not in self.origin and origin not in self.copies and \
                node.name.split("@")[0] == origin.name.split("@")[0] and \
                node.props.get("compatible") == origin.props.get("compatible"):
            self.pair(node, origin)

    def check(self):
        numbers = collections.Counter(n.phandle() for n in self.made.walk() if n.phandle())
        self.wrong += [f"phandle {n:#x} is given {count} times"
                       for n, count in numbers.items() if count > 1]
        self.by_phandle = {n.phandle(): n for n in self.made.walk() if n.phandle()}
        for node, origin in self.origin.items():
            self.check_node(node, origin)
        for path in self.devices:
            if self.tree.paths[path] not in self.copies:
                self.wrong.append(f"no copy of {path} is found")
        return self.wrong

    def check_node(self, node, origin):
        refs = self.tree.refs.get(origin.path(), {})
        parent = node.props.get("interrupt-parent")
        if parent:
            to = self.by_phandle.get(struct.unpack(">I", parent)[0])
            if not to or (to.name != "gic" and to not in self.origin):
                self.wrong.append(f"{node.path()}: interrupt-parent leads to nothing")
        for prop in origin.props:
            if MADE.fullmatch(prop):
                continue
            if prop not in node.props:
                if prop not in refs and not DROPPED.fullmatch(prop) and not self.unwanted(origin, prop):
                    self.wrong.append(f"{node.path()}: '{prop}' is gone")
            elif prop in refs:
                self.check_references(node, origin, prop, refs[prop])
            elif node.props[prop] != origin.props[prop]:
                self.wrong.append(f"{node.path()}: '{prop}' has other numbers")

    def unwanted(self, origin, prop):
        for path, words in self.devices.items():
            below = origin.path()[len(path) + 1:]
            if origin.path() == path or origin.path().startswith(path + "/"):
                if prop in words or f"{below}/{prop}" in words:
                    return True
        return False

    def check_references(self, node, origin, prop, where):
        old, new = origin.cells(prop), node.cells(prop)
        if len(old) != len(new):        # clocks of a given rate have no cells
            return self.check_clocks(node, prop)
        for i, (before, after) in enumerate(zip(old, new)):
            if i not in where:
                if before != after:
                    self.wrong.append(f"{node.path()}: '{prop}' has {after:#x} for {before:#x}")
                continue
            to = self.by_phandle.get(after)
            wanted = self.tree.by_phandle.get(before)
            if not before and not after:
                continue
            if not to:
                self.wrong.append(f"{node.path()}: '{prop}' names {after:#x}, which is nothing")
            elif self.origin.get(to) is not wanted and not self.is_clock(to, prop) and \
                    to.name != "gic":
                self.wrong.append(f"{node.path()}: '{prop}' names {to.path()}, not the copy of "
                                  f"{wanted.path()}")
        return None

    @staticmethod
    def is_clock(node, prop):
        return prop == "clocks" and re.fullmatch(r"clock-\d+(-\d+)?", node.name)

    def check_clocks(self, node, prop):
        at, cells = 0, node.cells(prop)
        while at < len(cells):
            if not cells[at]:           # none
                at += 1
                continue
            to = self.by_phandle.get(cells[at])
            if not to or "#clock-cells" not in to.props:
                self.wrong.append(f"{node.path()}: '{prop}' names no clock")
                return
            at += 1 + to.cells("#clock-cells")[0]
