# SPDX-License-Identifier: BSD-2-Clause
"""Boots what xendtc writes: real U-Boot, real Xen, real kernels, on QEMU's machines."""

import re
import shutil
import subprocess
import threading
import time

import pytest

import machine
from conftest import SYSTEMS

pytestmark = pytest.mark.boot

# None of these may be seen when boot.scr or boot2.scr refuses to boot.
BOOTED = ("Starting kernel", "Moving Image from", "(XEN)")

# The newest is Debian's of experimental, which mirrors may not have.
U_BOOTS = ["2023.01", "2025.01", "newest"]


def u_boot(inputs, board, version):
    suffix = "" if version == "2023.01" else f"-{version}"
    path = inputs / f"u-boot-{board}{suffix}.bin"
    if not path.exists():
        pytest.skip(f"no {path}")
    return path


def ready(name, cpus=1, xen=False):
    """The line by which the ramdisk says that it runs in that domain, with a kernel and memory.

    A guest knows that it runs on Xen only where the system says so (`pv:`).
    """
    return re.compile(rf"DOMAIN-READY name={name} kernel=\d\S+ mem=\d+kB "
                      rf"cpus={cpus} xen={'xen' if xen else 'no'}$")


def memory(line):
    return int(re.search(r" mem=(\d+)kB", line)[1])


def assert_memory(seen, domain, mebibytes):
    """Linux keeps some for itself, but not a quarter."""
    size = memory(seen[domain]) / 1024
    assert mebibytes * 0.75 < size <= mebibytes


@pytest.mark.parametrize("version", U_BOOTS)
def test_tftp(compiled, inputs, tmp_path, version):
    """dom0 and two guests, all by TFTP, checksums verified (Xen 4.17, GICv2)."""
    out = compiled("virt-tftp")
    dom0, net, app = ready("dom0", xen=True), ready("net"), ready("app", cpus=2, xen=True)
    boot = machine.virt_tftp(tmp_path, out, u_boot(inputs, "qemu_arm64", version), gic=2)
    seen = boot.watch([dom0, net, app])
    assert_memory(seen, dom0, 256)
    assert_memory(seen, net, 128)
    assert_memory(seen, app, 192)


@pytest.mark.parametrize("version", U_BOOTS)
def test_true_dom0less(compiled, inputs, tmp_path, version):
    """Two guests and no dom0; they share one kernel and one ramdisk (Xen 4.20, GICv3)."""
    out = compiled("virt-dom0less")
    names = [entry["name"] for entry in machine.manifest(out)]
    assert names.count("Image-cloud") == names.count("initrd.cpio.gz") == 1
    boot = machine.virt_tftp(tmp_path, out, u_boot(inputs, "qemu_arm64", version), gic=3)
    boot.watch([ready("left"), ready("right")], forbidden=(*machine.FATAL, "name=dom0"))


@pytest.mark.parametrize("version", U_BOOTS)
@pytest.mark.parametrize("command, gic", [("bootm", 2), ("bootefi", 3)])
def test_other_commands(compiled, inputs, tmp_path, version, command, gic):
    """Xen as a uImage (Xen 4.17) and as an EFI program, with modules by address (Xen 4.20)."""
    out = compiled(f"virt-{command}")
    boot = machine.virt_tftp(tmp_path, out, u_boot(inputs, "qemu_arm64", version), gic)
    boot.watch([ready("dom0", xen=True), ready("net")])


@pytest.mark.parametrize("xen, gic", [("4.17", 2), ("4.20", 3)])
def test_uefi(xendtc, files, tmp_path, xen, gic):
    """No U-Boot: EDK2 starts Xen, and the tree names the files."""
    text = (SYSTEMS / "virt-uefi.yaml").read_text()
    (tmp_path / "system.yaml").write_text(
        text.replace("xen-4.20", f"xen-{xen}").replace("gicv3", f"gicv{gic}"))
    out = tmp_path / "out"
    subprocess.run([xendtc, "build", "--stage", "--files", files, "-o", out,
                    tmp_path / "system.yaml"], check=True)
    machine.virt_uefi(tmp_path, out, gic).watch([ready("dom0", xen=True), ready("net")])


def test_uefi_card(xendtc, files, tmp_path):
    """The card as it was made, and EDK2: dom0 and a guest (Xen 4.20)."""
    text = (SYSTEMS / "virt-uefi.yaml").read_text()
    (tmp_path / "system.yaml").write_text(text + "\ncard: {}\n")
    out = tmp_path / "out"
    subprocess.run([xendtc, "build", "--files", files, "-o", out, tmp_path / "system.yaml"],
                   check=True)
    machine.virt_uefi_card(tmp_path, out, 3).watch([ready("dom0", xen=True), ready("net")])


@pytest.mark.parametrize("version", U_BOOTS)
def test_sha256_without_hash(xendtc, files, inputs, tmp_path, version):
    """Debian's builds have no command `hash`: what cannot be checked is not booted."""
    text = (SYSTEMS / "virt-dom0less.yaml").read_text()
    assert "\nboot:\n" in text
    (tmp_path / "system.yaml").write_text(text.replace("\nboot:\n", "\nboot:\n  verify: sha256\n"))
    out = tmp_path / "out"
    subprocess.run([xendtc, "build", "--stage", "--files", files, "--output", out,
                    tmp_path / "system.yaml"], check=True)
    assert_refused(tmp_path, out, u_boot(inputs, "qemu_arm64", version),
                   "this U-Boot cannot hash sha256, as boot.verify asks")


@pytest.mark.parametrize("version", U_BOOTS)
def test_tree_of_firmware(compiled, inputs, tmp_path, version):
    """dom0 and two guests on the tree that U-Boot got from QEMU (Xen 4.20)."""
    out = compiled("virt-firmware")
    boot = machine.virt_tftp(tmp_path, out, u_boot(inputs, "qemu_arm64", version), 3)
    boot.watch([ready("dom0", xen=True), ready("net", xen=True), ready("app", xen=True)])


def sorted_tree(path):
    """A tree as text, in the order of names and without what is another each time."""
    text = subprocess.run(["dtc", "-q", "-s", "-I", "dtb", "-O", "dts", path], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    return [line for line in text.splitlines() if "-seed = " not in line]


def children(path, node):
    return subprocess.run(["fdtget", "-l", path, node], check=True, stdout=subprocess.PIPE,
                          text=True).stdout.split()


@pytest.mark.parametrize("version", U_BOOTS)
def test_tree_of_firmware_is_ours(xendtc, files, inputs, tmp_path, version):
    """What the script makes of the tree that QEMU gives is what xendtc makes of the same tree;
    and the guests are in their order, which is that of their ids."""
    text = (SYSTEMS / "virt-firmware.yaml").read_text()
    (tmp_path / "system.yaml").write_text(text + "  command: none\n")
    out = tmp_path / "out"
    subprocess.run([xendtc, "build", "--stage", "--files", files, "--output", out,
                    tmp_path / "system.yaml"], check=True)
    boot = machine.virt_tftp(tmp_path, out, u_boot(inputs, "qemu_arm64", version), 3)
    theirs = tmp_path / "u-boot.dtb"
    boot.watch(["xendtc: all is loaded, and yours"],
               dump=(machine.address_of(out, "device-tree"), 2 << 20, theirs))
    ours = out / "virt-gicv3.dtb"
    assert sorted_tree(theirs) == sorted_tree(ours)
    assert children(theirs, "/chosen") == children(ours, "/chosen")


@pytest.mark.parametrize("version", U_BOOTS)
def test_firmware_lacks_device(xendtc, files, inputs, tmp_path, version):
    """A guest's device that the tree of the firmware does not have cannot be taken from dom0."""
    small, tree = tmp_path / "small.dtb", tmp_path / "more.dtb"
    shutil.copy(files / "virt-gicv3.dtb", small)
    for kind, prop, values in (("s", "compatible", ["some,device"]),
                               ("x", "reg", ["0", "9090000", "0", "1000"])):
        subprocess.run(["fdtput", "-p", "-t", kind, small, "/device@9090000", prop, *values],
                       check=True)
    subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dtb", "-S", "0x100000", "-o", tree, small],
                   check=True)  # QEMU's has much free space, and fdtput takes that away
    text = (SYSTEMS / "virt-firmware.yaml").read_text()
    (tmp_path / "system.yaml").write_text(
        text.replace("file: virt-gicv3.dtb", f"file: {tree}")
        .replace("\n  app:\n", "\n  app:\n    passthrough: [/device@9090000]\n"))
    out = tmp_path / "out"
    subprocess.run([xendtc, "build", "--stage", "--files", files, "--output", out,
                    tmp_path / "system.yaml"], check=True)
    boot = machine.virt_tftp(tmp_path, out, u_boot(inputs, "qemu_arm64", version), 3)
    boot.watch(["xendtc: STOP: the tree of the firmware could not be changed"],
               forbidden=BOOTED, linger=3)


@pytest.fixture
def served_places(compiled, files, tmp_path):
    """virt-places, with every file where it says and nowhere else."""
    out = shutil.copytree(compiled("virt-places"), tmp_path / "out")
    for name in ("xen-4.20", "Image-cloud"):
        (out / name).unlink()
    disks = {
        "nvme": {"xen-4.20": files / "xen-4.20"},
        "scsi": {"Image-cloud": files / "Image-cloud"},
        "usb": {"Image-cloud": files / "Image-cloud"},
        "virtio": {"boot/initrd.cpio.gz": files / "initrd.cpio.gz"},
    }
    return out, disks


@pytest.mark.parametrize("version", U_BOOTS)
def test_every_device(served_places, inputs, tmp_path, version):
    """A file each by TFTP and from virtio, NVMe, SATA and USB disks (Xen 4.20, GICv3)."""
    out, disks = served_places
    boot = machine.virt_disks(tmp_path, out, u_boot(inputs, "qemu_arm64", version), 3, disks=disks)
    boot.watch([ready("dom0", xen=True), ready("net")])


@pytest.mark.parametrize("version", U_BOOTS)
def test_tries_again(served_places, inputs, tmp_path, version):
    """A file that is not there is asked for three times, and then nothing is booted."""
    out, disks = served_places
    del disks["usb"]["Image-cloud"]
    boot = machine.virt_disks(tmp_path, out, u_boot(inputs, "qemu_arm64", version), 3, disks=disks)
    boot.watch(["try 1 of 3: cannot load /Image-cloud (guest net kernel)", "try 2 of 3: cannot",
                "try 3 of 3: cannot",
                "STOP: /Image-cloud (guest net kernel): no try was good"],
               forbidden=BOOTED, linger=5)


def once_said(boot, text, then):
    """A thread that does something once the console has said so."""
    def wait():
        while not boot.log.exists() or text not in boot.log.read_text(errors="replace"):
            time.sleep(0.1)
        then()

    threading.Thread(target=wait, daemon=True).start()


def test_second_try_is_good(served_places, inputs, tmp_path):
    """A file that comes late: the first try fails, and the system boots all the same."""
    out, disks = served_places
    tree = out / "virt-gicv3.dtb"
    saved = shutil.move(tree, tmp_path / "tree")
    uboot = u_boot(inputs, "qemu_arm64", "2025.01")
    boot = machine.virt_disks(tmp_path, out, uboot, 3, disks=disks)
    failed = "try 1 of 3: cannot load virt-gicv3.dtb"
    once_said(boot, failed, lambda: shutil.copy(saved, tree))
    boot.watch([failed, ready("dom0", xen=True)], forbidden=("STOP", *machine.FATAL[1:]))


def test_direct(compiled, tmp_path):
    """The addresses alone: Xen starts with every file where the manifest says."""
    boot = machine.virt_direct(tmp_path, compiled("virt-dom0less"), gic=3)
    boot.watch([ready("left"), ready("right")], timeout=120)


def test_xen_after_4_20(xendtc, files, tmp_path):
    """The newest Xen that Debian has, if tools/inputs.sh found one after 4.20."""
    newer = sorted(p.name for p in files.glob("xen-4.[2-9][0-9]") if p.name > "xen-4.20")
    if not newer:
        pytest.skip("Debian has no Xen after 4.20")
    text = (SYSTEMS / "virt-uefi.yaml").read_text()
    (tmp_path / "system.yaml").write_text(
        text.replace("xen-4.20", newer[-1]).replace("command: uefi", "load: mmc 0:1"))
    out = tmp_path / "out"
    subprocess.run([xendtc, "build", "--stage", "--files", files, "--output", out,
                    tmp_path / "system.yaml"], check=True)
    machine.virt_direct(tmp_path, out, gic=3).watch(
        [ready("dom0", xen=True), ready("net")])


@pytest.mark.parametrize("version", U_BOOTS)
def test_virt_card(compiled, inputs, tmp_path, version):
    """Everything from a card that is a virtio disk; U-Boot reads its second partition, too."""
    out = compiled("virt-card")
    boot = machine.virt_disk(tmp_path, out, u_boot(inputs, "qemu_arm64", version), gic=2)
    boot.watch([re.compile(r"\b5\s+notes$"), ready("dom0", xen=True), ready("net")])


@pytest.mark.parametrize("board, version", [
    ("rpi_4", "2023.01"), ("rpi_arm64", "2025.01"), ("rpi_arm64", "newest")])
def test_rpi4_card(compiled, inputs, tmp_path, board, version):
    """The Pi with the SD card as it was made: dom0 and a guest (Xen 4.17)."""
    out = compiled("rpi4-card")
    dom0, net = ready("dom0", cpus=2, xen=True), ready("net")
    boot = machine.raspi4b_card(tmp_path, out, u_boot(inputs, board, version),
                                inputs / "rpi4-qemu.dtb")
    seen = boot.watch([dom0, net])
    assert_memory(seen, dom0, 256)
    assert_memory(seen, net, 128)


def test_rpi4_direct(compiled, tmp_path):
    """The Pi with Debian's full kernel, which drives the board's devices (Xen 4.20)."""
    boot = machine.raspi4b_direct(tmp_path, compiled("rpi4-full-kernel"))
    boot.watch([ready("dom0", cpus=2, xen=True), ready("net")], timeout=120)


def nodes(tree, path="/"):
    """The paths of all nodes of a device tree file, except those below /chosen."""
    listing = subprocess.run(["fdtget", "-l", tree, path], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
    for name in listing.split():
        below = path.rstrip("/") + "/" + name
        yield below
        if below != "/chosen":
            yield from nodes(tree, below)


def test_rpi4_keeps_devices(compiled, files):
    """Xen takes all of the Pi's tree: a node left out is a device that dom0 has lost."""
    tree = "bcm2711-rpi-4-b.dtb"
    lost = set(nodes(files / tree)) - set(nodes(compiled("rpi4-card") / "xen" / tree))
    assert sorted(lost) == []


# --- what is not whole is not booted


def shorten(path):
    data = path.read_bytes()
    path.unlink()  # it may be a hard link to the user's own file
    path.write_bytes(data[:len(data) // 2])


def corrupt(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.unlink()
    path.write_bytes(data)


def remove(path):
    path.unlink()


def empty(path):
    path.unlink()
    path.touch()


@pytest.fixture
def served(compiled, tmp_path):
    """A TFTP folder of one's own, to do damage in."""
    return shutil.copytree(compiled("virt-tftp"), tmp_path / "out")


def assert_refused(work, out, uboot, says):
    """The board says why, and nothing is booted."""
    boot = machine.virt_tftp(work, out, uboot, gic=2)
    boot.watch([re.compile("^xendtc: STOP: " + says)], forbidden=BOOTED, linger=5)


@pytest.mark.parametrize("version, victim", [
    ("2023.01", "initrd.cpio.gz"), ("2025.01", "virt-gicv2.dtb")])
@pytest.mark.parametrize("damage, says", [
    pytest.param(remove, r"cannot load {} \(.*\) from TFTP server 10\.0\.2\.2", id="missing"),
    pytest.param(shorten, r"{} \(.*\) has 0x[0-9a-f]+ bytes, not 0x", id="short"),
    pytest.param(empty, r"{} \(.*\) has 0x0 bytes, not 0x", id="empty"),
    pytest.param(corrupt, r"{} \(.*\) has another CRC-32", id="corrupt"),
])
def test_refuses_damaged_file(served, inputs, tmp_path, version, victim, damage, says):
    damage(served / victim)
    assert_refused(tmp_path, served, u_boot(inputs, "qemu_arm64", version),
                   says.format(re.escape(victim)))


@pytest.mark.parametrize("version", U_BOOTS)
@pytest.mark.parametrize("damage, says", [
    pytest.param(remove, r"cannot load boot2\.scr from TFTP server 10\.0\.2\.2", id="missing"),
    pytest.param(corrupt, r"boot2\.scr is damaged", id="corrupt"),
])
def test_refuses_damaged_script(served, inputs, tmp_path, version, damage, says):
    damage(served / "boot2.scr")
    assert_refused(tmp_path, served, u_boot(inputs, "qemu_arm64", version), says)


@pytest.mark.parametrize("version", U_BOOTS)
def test_size_of_another_file(served, inputs, tmp_path, version):
    """U-Boot does not set filesize for an empty file: the scripts set it to 0 before each load."""
    kernel = (served / "Image-cloud").stat().st_size
    empty(served / "initrd.cpio.gz")
    machine.change_scripts(served, [r"s/setenv filesize 0//"])
    assert_refused(tmp_path, served, u_boot(inputs, "qemu_arm64", version),
                   rf"initrd\.cpio\.gz \(.*\) has 0x{kernel:x} bytes, not 0x")
