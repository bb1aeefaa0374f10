# SPDX-License-Identifier: BSD-2-Clause
"""The campaign of campaign_passthrough.py with two small trees; and that it sees what is wrong."""

import struct

import pytest

import campaign_passthrough
import make
from conftest import BINARY
from partial_tree import Checker, Tree, read_tree, references


def tree_of(name):
    source = make.tree_source(name)
    return Tree(make.compile_tree(source), references(source))


@pytest.mark.parametrize("name", ["devices.dtb", "references.dtb"])
def test_small_campaign(name, tmp_path):
    """Each device with an interrupt is accepted or refused for good, and has a right tree."""
    campaign = campaign_passthrough.Campaign(BINARY, tmp_path)
    campaign.try_tree(name, tree_of(name))
    assert not campaign.failures
    assert campaign.figures["accepted"] and campaign.figures["after help"]


# A copy of a device, each time with something that a compiler may do to it.
DEVICE = "/ethernet@a130000"


def copy_of(tree, change):
    """A partial tree with the device, the controllers that it names, and the change."""
    made = read_tree(tree.blob)
    top = made.child("cpus")
    made.children = [top]
    top.name, top.props, top.children = "passthrough", {}, []
    for path in (DEVICE, "/syscon@a100000", "/gpio@a110000", "/ref-clock"):
        node = read_tree(tree.blob).at(path)
        node.parent = top
        top.children.append(node)
        if path != "/ref-clock":
            node.props["xen,path"] = path.encode() + b"\0"
        for below in node.walk():
            below.props.pop("interrupts", None)
    change(top)
    return made


def renumber(top):
    top.child("syscon@a100000").props["phandle"] = struct.pack(">I", 0x77)


def swap(top):
    device = top.child("ethernet@a130000")
    device.props["snps,axi-config"] = device.props["snps,mtl-rx-config"]


def count_hog(top):
    top.child("gpio@a110000").child("lamp-hog").props["gpios"] = struct.pack(">4I", 9, 0, 2, 0)


def forget(top):
    del top.child("ethernet@a130000").child("stmmac-axi-config").props["snps,blen"]


@pytest.mark.parametrize("change, found", [
    (lambda top: None, []),
    (renumber, ["'rockchip,grf' names 0x6, which is nothing"]),
    (swap, ["'snps,axi-config' names"]),
    (count_hog, ["'gpios' has other numbers"]),
    (forget, ["'snps,blen' is gone"]),
])
def test_checker_sees(change, found):
    tree = tree_of("references.dtb")
    devices = {path: set() for path in (DEVICE, "/syscon@a100000", "/gpio@a110000")}
    wrong = Checker(tree, copy_of(tree, change), devices).check()
    wrong = [w for w in wrong if "reset-gpios" not in w]     # of the PHY, which leads out
    assert len(wrong) == len(found)
    assert all(text in line for text, line in zip(found, wrong))
