# SPDX-License-Identifier: BSD-2-Clause
"""Loads from the TFTP servers that people have, not only from QEMU's own.

Each server runs in a network namespace that the test makes (network.py); nothing of it is on the
machine's network.
"""

import os
import re
import shutil
import subprocess
import threading
import time
import zlib

import pytest

import machine
import network
from conftest import SYSTEMS
from test_boot import BOOTED, ready, u_boot

pytestmark = pytest.mark.boot

SERVERS = {"dnsmasq": "dnsmasq", "tftpd-hpa": "in.tftpd", "atftpd": "atftpd"}
REPLIES = [ready("dom0", xen=True), ready("net"), ready("app", cpus=2, xen=True)]


@pytest.fixture(params=SERVERS)
def server(request, inputs):
    """A server and its program, "dnsmasq=/usr/sbin/dnsmasq"."""
    if not network.namespaces():
        pytest.skip("no network namespace with a tap device may be made here")
    program = network.find_program(SERVERS[request.param], inputs)
    if not program:
        pytest.skip(f"no {SERVERS[request.param]}: run tools/inputs.sh test")
    return f"{request.param}={program}"


def board(work, script, uboot, words):
    """QEMU's machine with that boot.scr on a card, and that network."""
    image = machine.sd_card(work / "disk.img", {"boot.scr": script}, 64 * machine.MIB)
    return machine.Machine(work, [
        *machine.virt(2), "-bios", uboot, *words,
        "-drive", f"if=none,id=disk,format=raw,file={image}",
        "-device", "virtio-blk-pci,drive=disk"], None)


def test_boots(compiled, inputs, tmp_path, server):
    """boot.scr, then everything from the server, checksums verified (Xen 4.17)."""
    out, uboot = compiled("virt-tftp"), u_boot(inputs, "qemu_arm64", "2025.01")
    with network.serving(tmp_path, out, server) as words:
        board(tmp_path, out / "boot.scr", uboot, words).watch(REPLIES)


def build_with_prefix(xendtc, files, work):
    text = (SYSTEMS / "virt-tftp.yaml").read_text()
    (work / "system.yaml").write_text(
        text.replace("\nboot:\n", "\nboot:\n  prefix: boards/virt/\n")
        .replace("  verify: crc32\n", "  verify: crc32\n  command: none\n"))
    subprocess.run([xendtc, "build", "--stage", "--files", files, "--output", work / "out",
                    work / "system.yaml"], check=True)
    return work / "out"


def test_prefix(xendtc, files, inputs, tmp_path, server):
    """A server of many boards, each with its folder: the staged output is the server's root."""
    out = build_with_prefix(xendtc, files, tmp_path)
    uboot = u_boot(inputs, "qemu_arm64", "2025.01")
    with network.serving(tmp_path, out, server) as words:
        board(tmp_path, out / "boot.scr", uboot, words).watch(["xendtc: all is loaded, and yours"])


@pytest.mark.parametrize("version", ["2023.01", "2025.01"])
def test_addresses_not_given(xendtc, files, inputs, tmp_path, version):
    """W0353: without them U-Boot has none, and the script says which."""
    text = re.sub(r"\n  (server|client): .*", "", (SYSTEMS / "virt-tftp.yaml").read_text())
    (tmp_path / "system.yaml").write_text(text)
    done = subprocess.run([xendtc, "build", "--files", files, "--output", tmp_path / "out",
                           tmp_path / "system.yaml"], check=True, stderr=subprocess.PIPE)
    assert b"warning[W0353]" in done.stderr
    network_card = ["-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile="]
    boot = board(tmp_path, tmp_path / "out" / "boot.scr", u_boot(inputs, "qemu_arm64", version),
                 network_card)
    boot.watch([re.compile(r"^xendtc: STOP: ipaddr is not set: give the address as client"),
                re.compile(r"^xendtc: STOP: serverip is not set: give the address as server")],
               forbidden=["xendtc: fetching", *BOOTED])


@pytest.mark.parametrize("version", ["2023.01", "2025.01"])
def test_extlinux_comes_first(inputs, tmp_path, version):
    """W0356: U-Boot takes what that file says before it runs boot.scr."""
    write_script(tmp_path, "echo BOOT-SCR-RUNS\n")
    (tmp_path / "conf").write_text("default one\nlabel one\nkernel /none\n")
    card = machine.sd_card(tmp_path / "disk.img", {
        "boot.scr": tmp_path / "boot.scr", "extlinux/extlinux.conf": tmp_path / "conf"}, 64 * machine.MIB)
    boot = machine.Machine(tmp_path, [
        *machine.virt(2), "-bios", u_boot(inputs, "qemu_arm64", version),
        "-drive", f"if=none,id=disk,format=raw,file={card}",
        "-device", "virtio-blk-pci,drive=disk"], None)
    boot.watch([re.compile("(Retrieving file: |extlinux +ready .*)/extlinux/extlinux.conf")],
               forbidden=["BOOT-SCR-RUNS"])


def test_missing_file(compiled, inputs, tmp_path, server):
    """The board says what the server does not have, and boots nothing."""
    out = shutil.copytree(compiled("virt-tftp"), tmp_path / "out")
    (out / "initrd.cpio.gz").unlink()
    uboot = u_boot(inputs, "qemu_arm64", "2025.01")
    says = r"^xendtc: STOP: cannot load initrd\.cpio\.gz \(.*\) from TFTP server 10\.0\.2\.2"
    with network.serving(tmp_path, out, server) as words:
        board(tmp_path, out / "boot.scr", uboot, words).watch([re.compile(says)], forbidden=BOOTED, linger=3)


WINDOWS = """setenv autoload no
setenv ipaddr 10.0.2.15
setenv serverip 10.0.2.2
setenv tftpwindowsize {window}
tftpboot 0x50000000 file
crc32 0x50000000 ${{filesize}} 0x60000000
md.b 0x60000000 4
echo WINDOW-DONE
"""


def write_script(work, text):
    (work / "boot.source").write_text(text)
    subprocess.run(["mkimage", "-A", "arm64", "-T", "script", "-C", "none",
                    "-d", work / "boot.source", work / "boot.scr"], check=True,
                   stdout=subprocess.DEVNULL)


@pytest.mark.parametrize("version", ["2023.01", "2025.01", "newest"])
def test_window(inputs, tmp_path, server, version):
    """A window is used where the server has it, and passed over where not: see docs/tftp.md."""
    root = tmp_path / "root"
    root.mkdir()
    shutil.copy(inputs / "initrd.cpio.gz", root / "file")
    write_script(tmp_path, WINDOWS.format(window=8))
    sum_ = " ".join(re.findall("..", f"{zlib.crc32((root / 'file').read_bytes()):08x}"))
    with network.serving(tmp_path, root, server, delay=0.001) as words:
        boot = board(tmp_path, tmp_path / "boot.scr", u_boot(inputs, "qemu_arm64", version), words)
        boot.watch([re.compile("^60000000: " + sum_), re.compile("^WINDOW-DONE")])
    blocks = (root / "file").stat().st_size / 1468
    asked = int((tmp_path / "asked").read_text())
    assert asked < blocks / 4 if server.startswith("atftpd") else asked > blocks


# What boot.scr would do, with a window that somebody chose before.
FIRST = """setenv autoload no
setenv ipaddr 10.0.2.15
setenv serverip 10.0.2.2
{before}
tftpboot 0x40c00000 boot2.scr
source 0x40c00000
"""


@pytest.mark.parametrize("before", [None, "setenv tftpwindowsize 2"])
def test_script_sets_window(xendtc, files, inputs, tmp_path, server, before):
    """boot2.scr takes the board's window, and sets back what was there before."""
    text = (SYSTEMS / "virt-tftp.yaml").read_text().replace(
        "  verify: crc32\n", "  command: none\n  commands: [printenv tftpwindowsize]\n")
    (tmp_path / "system.yaml").write_text(text)
    out = tmp_path / "out"
    subprocess.run([xendtc, "build", "--stage", "--files", files, "--output", out,
                    tmp_path / "system.yaml"], check=True)
    write_script(tmp_path, FIRST.format(before=before or "setenv tftpwindowsize"))
    says = "tftpwindowsize=2" if before else '## Error: "tftpwindowsize" not defined'
    with network.serving(tmp_path, out, server) as words:
        boot = board(tmp_path, tmp_path / "boot.scr", u_boot(inputs, "qemu_arm64", "2025.01"), words)
        boot.watch([says, "xendtc: all is loaded, and yours"])
    sizes = {p.name: p.stat().st_size for p in out.iterdir()}
    blocks = sum(sizes[n] for n in ("Image-cloud", "initrd.cpio.gz", "xen-4.17")) / 1468
    asked = int((tmp_path / "asked").read_text())
    assert asked < blocks / 4 if server.startswith("atftpd") else asked > blocks


# How many builds a board lives through; XENDTC_BUILDS=200 is the campaign of docs/tftp.md.
BUILDS = int(os.environ.get("XENDTC_BUILDS", 8))

LOOP = """setenv autoload no
setenv ipaddr 10.0.2.15
setenv serverip 10.0.2.2
while true; do
	tftpboot 0x40c00000 board/boot2.scr
	source 0x40c00000
	echo LOADED
done
"""


class Builder(threading.Thread):
    """Builds one generation after the other, each with another ramdisk and another tree. Two
    builds are further apart than a load takes."""

    def __init__(self, xendtc, files, work):
        super().__init__(daemon=True)
        self.words = [xendtc, "build", "-q", "--stage", "--files", work / "files", "--output",
                      work / "out", work / "system.yaml"]
        self.work, self.commits, self.failed = work, [], None
        (work / "files").mkdir()
        for name in ("xen", "virt-gicv2.dtb", "small-0"):
            (work / "files" / name).symlink_to((files / name).resolve())

    def build(self, number, word):
        (self.work / "files" / "initrd").write_bytes(b"070701" + number.to_bytes(2, "big") * 500000)
        (self.work / "system.yaml").write_text(f"""
board: qemu-arm64
memory: 2G
device-tree: virt-gicv2.dtb
xen: {{image: xen, cmdline: console=dtuart}}
dom0: {{kernel: small-0, ramdisk: initrd, memory: {128 + number}M}}
boot:
  server: 10.0.2.2
  client: 10.0.2.15
  prefix: board/
  names: content
  command: none
  commands: [echo {word}]
""")
        subprocess.run(self.words, check=True, stderr=subprocess.DEVNULL)
        self.commits.append(time.monotonic())

    def run(self):
        try:
            for number in range(1, BUILDS + 1):
                loads = self.log().count("LOADED")
                while self.log().count("LOADED") < loads + 2:
                    time.sleep(0.02)
                last = number == BUILDS
                self.build(number, "LAST-GENERATION" if last else f"GENERATION-{number}")
        except Exception as problem:  # the thread of the test says it
            self.failed = problem

    def log(self):
        path = self.work / "console.log"
        return path.read_text(errors="replace") if path.exists() else ""


def test_loads_while_others_build(xendtc, folders, inputs, tmp_path):
    """names: content: a board that loads without end meets no set that is mixed or cut short."""
    program = network.namespaces() and network.find_program("in.tftpd", inputs)
    if not program:
        pytest.skip("no network namespace, or no tftpd-hpa")
    builder = Builder(xendtc, folders("4.17"), tmp_path)
    builder.build(0, "GENERATION-0")
    write_script(tmp_path, LOOP)
    uboot = u_boot(inputs, "qemu_arm64", "2025.01")
    with network.serving(tmp_path, tmp_path / "out", f"tftpd-hpa={program}") as words:
        builder.start()
        board(tmp_path, tmp_path / "boot.scr", uboot, words).watch(
            ["LAST-GENERATION"], forbidden=["xendtc: STOP", "TFTP error"],
            timeout=60 + 10 * BUILDS)
        builder.join(60)
    assert builder.failed is None and len(builder.commits) == BUILDS + 1
    seen = re.findall(r"\] (GENERATION-\d+)", builder.log())
    assert len(set(seen)) == BUILDS and len(seen) > BUILDS
