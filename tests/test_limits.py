# SPDX-License-Identifier: BSD-2-Clause
"""Small input that asks for much work or memory, or whose numbers overflow: the answer is a message."""

import re
import sys

import pytest

import make
from conftest import HERE, run_xendtc

sys.path.insert(0, str(HERE / "bench"))

import growth  # noqa: E402

QEMU = """\
board: qemu-arm64
memory: 4G
device-tree: devices.dtb
xen: {{image: xen-4.20, cmdline: console=dtuart, config: xen.config}}
dom0: {{kernel: Image, cmdline: console=hvc0 clk_ignore_unused, memory: 256M}}
guests:
  net:
    {{kernel: Image, memory: 128M, vcpus: 1, static-memory: auto, direct-map: true,
     passthrough: [{}]}}
"""

BUS = ("$a / {{ odd-bus {{ compatible = \"simple-bus\"; #address-cells = <{}>; "
       "#size-cells = <{}>; ranges; dma-ranges = <0 0 0 0 0>; "
       "thing@1 {{ compatible = \"x,y\"; reg = <1 2>; interrupts = <0 99 4>; }}; }}; }};")


def check(passed, edits, own_fixtures, tmp_path):
    (own_fixtures / "devices.dtb").unlink()
    (own_fixtures / "devices.dtb").write_bytes(make.edited_tree("devices.dtb", edits))
    (tmp_path / "x.yaml").write_text(QEMU.format(passed))
    done = run_xendtc("build", "-o", "out", "--files", own_fixtures, "x.yaml", cwd=tmp_path)
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize("cells", [(1, "0xffffffff"), ("0xffffffff", 1), (2, "0xfffffffe"),
                                   ("0x7fffffff", "0x80000001"), (0, 0)])
def test_cells_whose_sum_wraps(cells, own_fixtures, tmp_path):
    """Entries whose length in cells does not fit into 32 bits, and entries of no cells."""
    status, text = check("/odd-bus/thing@1", [BUS.format(*cells)], own_fixtures, tmp_path)
    assert status in (0, 1), text


@pytest.mark.parametrize("header", [{"image_size": 0xff000000000a4000}, {"image_size": 1 << 47},
                                    {"text_offset": 0xfffffffffff00000, "image_size": 1 << 33}])
@pytest.mark.parametrize("domain", ["dom0", "guest"])
def test_kernel_that_says_anything(header, domain, fixtures, tmp_path):
    """However large the header says that the kernel is, a bank for it is soon found or ruled out."""
    (tmp_path / "K").write_bytes(make.image(**header))
    kernel = {"dom0": ("K", "Image"), "guest": ("Image", "K")}[domain]
    (tmp_path / "x.yaml").write_text(
        "board: rpi4\nmemory: 4G\nxen: {image: xen, cmdline: console=dtuart dtuart=serial1}\n"
        f"dom0: {{kernel: {kernel[0]}, memory: 512M}}\n"
        f"guests: {{net: {{kernel: {kernel[1]}, memory: 64M, vcpus: 1}}}}\n")
    for name in ("xen", "Image", "bcm2711-rpi-4-b.dtb"):
        (tmp_path / name).symlink_to(fixtures / name)
    done = run_xendtc("check", "x.yaml", cwd=tmp_path)
    assert done.returncode == 1 and re.search(rb"error\[E\d{4}\]: [^\n]*(kernel|K)", done.stderr)


def test_names_of_many_guests(fixtures, tmp_path):
    """The last of 300 has a name, too, and its neighbour is found when it is misspelt."""
    guests = "".join(f"  g{i}: {{kernel: Image, memory: 4M, vcpus: 1}}\n" for i in range(300))
    text = QEMU.split("guests:")[0].replace("{{", "{").replace("}}", "}") + "guests:\n" + guests
    for name, found in (("g299", False), ("gg299", True)):
        (tmp_path / "x.yaml").write_text(f"{text}event-channels: [{{g298: 1, {name}: 1}}]\n")
        done = run_xendtc("check", "--files", fixtures, "x.yaml", cwd=tmp_path)
        assert (b"E0311" in done.stderr) == found, done.stderr.decode()
    assert b"did you mean 'g299'" in done.stderr


def test_words_for_xen_in_a_provider(own_fixtures, tmp_path):
    """A clock that is copied along must not bring a xen,path of its own."""
    edit = '/^[^&]*apb-pclk {/a xen,path = "/rtc"; xen,reg = <0 0 0 0 0 0>;'
    status, text = check("gpio", [edit], own_fixtures, tmp_path)
    assert status == 0, text
    tree = next((tmp_path / "out").glob("net-passthrough.dtb")).read_bytes()
    assert tree.count(b"xen,path\0") == 1 and b"/rtc\0" not in tree


# A loop in a loop would take minutes under a sanitizer, and run_xendtc() ends that.
@pytest.mark.parametrize("row", growth.ROWS)
def test_growth(row, own_fixtures, tmp_path):
    """Hundreds of kilobytes of each kind: a verdict before the test's own time is over."""
    words = growth.prepare(row, 4 * growth.ROWS[row][0], tmp_path)
    assert run_xendtc(*words, cwd=tmp_path).returncode in (0, 1)


def test_a_hundred_findings_are_enough(tmp_path):
    (tmp_path / "x.yaml").write_text(growth.unknown_keys(150))
    text = run_xendtc("check", "x.yaml", cwd=tmp_path).stderr.decode()
    assert len(re.findall(r"^x\.yaml:.* error", text, re.M)) == 100
    assert re.search(r"^and \d+ more errors and 0 more warnings; --format json has them all$", text,
                     re.M)
    everything = run_xendtc("check", "--format", "json", "x.yaml", cwd=tmp_path).stdout
    assert everything.count(b'"E0201"') == 150
