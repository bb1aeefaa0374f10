# SPDX-License-Identifier: BSD-2-Clause
"""Trees that are broken as files: xendtc refuses them, and Xen stops at them."""

import json
import re
import struct
import subprocess

import pytest

import machine

pytestmark = pytest.mark.boot

SYSTEM = """\
board: qemu-arm64
memory: 2G
device-tree: virt-gicv2.dtb
xen: {image: xen, cmdline: console=dtuart}
guests:
  a: {kernel: uart-a, memory: 16M, vcpus: 1, vpl011: true%s}
"""
# A guest that wants xenstore, without dom0: Xen stops before it gives its ring's memory away.
STOPPING = SYSTEM % ", pv: enabled"

# The words of a tree's header (Devicetree Specification, 5.2).
HEADER = struct.Struct(">10I")
SIZE, STRUCTURE, RESERVED, COMPATIBLE, STRUCTURE_SIZE = 1, 2, 4, 6, 9


def with_word(tree, which, value):
    """The tree with another word in its header."""
    return tree[:4 * which] + struct.pack(">I", value) + tree[4 * which + 4:]


def refuse(xendtc, folder, tree, work):
    """E0501, whatever is broken."""
    (work / "broken.dtb").write_bytes(tree)
    done = subprocess.run([xendtc, "check", "--format", "json", "--files", folder, "--dtb",
                           work / "broken.dtb", "-"], input=SYSTEM % "", capture_output=True,
                          text=True)
    codes = {d["code"] for d in json.loads(done.stdout)["diagnostics"]}
    assert done.returncode == 1 and "E0501" in codes


@pytest.fixture
def ask(xendtc, folders, tmp_path):
    """ask(version, spoil, words): Xen's ring has them when spoil() has changed the tree; or
    the console, if Xen comes up with it."""

    def asked(version, spoil, *words, comes_up=False):
        folder, out = folders(version), tmp_path / "out"
        refuse(xendtc, folder, spoil((folder / "virt-gicv2.dtb").read_bytes()), tmp_path)
        subprocess.run([xendtc, "build", "-q", "--no-hash", "--stage", "--files", folder,
                        "--unchecked", "E0807", "--output", out, "-"], check=True, text=True,
                       input=SYSTEM % "" if comes_up else STOPPING)
        tree = out / machine.name_of(out, "device-tree")
        tree.write_bytes(spoil(tree.read_bytes()))
        boot = machine.virt_direct(tmp_path, out, 2)
        if comes_up:
            boot.watch(words)
        else:
            boot.watch_ring([re.compile(re.escape(w)) for w in words])

    return asked


XENS = pytest.mark.parametrize("version", ["4.17", "4.20", "newest"])
SINCE_4_20 = pytest.mark.parametrize("version", ["4.20", "newest"])


@XENS
def test_no_tree(ask, version):
    ask(version, lambda tree: b"\0" * 4 + tree[4:],
        "Invalid device tree blob at physical address")


@XENS
def test_version(ask, version):
    ask(version, lambda tree: with_word(tree, COMPATIBLE, 99), "No valid device tree")


def cut(tree):
    """Half of its nodes are not there."""
    header = HEADER.unpack_from(tree)
    size = header[STRUCTURE] + header[STRUCTURE_SIZE] // 2
    return with_word(tree[:size], SIZE, size)


@XENS
def test_cut(ask, version):
    ask(version, cut, "No valid device tree")


def with_reserve_map_at_end(tree):
    """In its last bytes, so that there is no end to it."""
    return with_word(tree, RESERVED, HEADER.unpack_from(tree)[SIZE] - 8 & ~7)


@SINCE_4_20
def test_reserve_map(ask, version):
    ask(version, with_reserve_map_at_end, "Parsing FDT memory reserve map failed")


def without_end(tree):
    """Another tag in place of the last one, the end's."""
    header = HEADER.unpack_from(tree)
    at = header[STRUCTURE] + header[STRUCTURE_SIZE] - 4
    return tree[:at] + b"\0\0\0\x77" + tree[at + 4:]


WEIRD = "Weird tag at end of tree: 77000000"


@SINCE_4_20
def test_end(ask, version):
    ask(version, without_end, WEIRD, "unflatten_device_tree failed with error -22")


def test_end_in_4_17(ask):
    ask("4.17", without_end, WEIRD)


def test_end_does_not_matter_in_4_17(ask):
    ask("4.17", without_end, "SMALL-READY", comes_up=True)
