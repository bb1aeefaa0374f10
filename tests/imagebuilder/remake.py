#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes NAME/chosen anew: ImageBuilder makes a U-Boot script of NAME/config, real U-Boot runs
it in QEMU up to the boot command, and the tree is read from the machine's memory.

usage: remake.py CHECKOUT [NAME...]     CHECKOUT is one of ImageBuilder
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import reference
from reference import machine

HERE = reference.HERE
DONE = "SCRIPT-IS-DONE"

# What U-Boot says of a command that failed; the script goes on.
FAILED = (*machine.FATAL, "FDT_ERR", "libfdt fdt_", "Unknown command", "No such file")


def inputs_folder():
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("XENDTC_INPUTS") or cache / "xendtc" / "inputs")


def generate(checkout, name, folder):
    """Runs ImageBuilder; returns what it says the user should type into U-Boot."""
    config = folder / "config"
    config.write_text((HERE / name / "config").read_text() + '\nBOOT_CMD="none"\n')
    done = subprocess.run(["bash", checkout / "scripts" / "uboot-script-gen", "-c", config,
                           "-d", folder], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()[-1]


def first_script(folder, tftp, typed):
    """A boot.scr that types it; ImageBuilder's goes by another name."""
    lines = [*["setenv ipaddr 10.0.2.15", "setenv serverip 10.0.2.2"] * tftp,
             typed.replace("boot.scr", "second.scr"), f"echo {DONE}"]
    source = folder / "first.source"
    source.write_text("\n".join(lines) + "\n")
    (folder / "boot.scr").rename(folder / "second.scr")
    subprocess.run(["mkimage", "-A", "arm64", "-T", "script", "-C", "none", "-d", source,
                    folder / "boot.scr"], check=True, stdout=subprocess.DEVNULL)


def loaded_files(folder, script):
    names = re.findall(r"^load mmc 0:1 \S+ (\S+)$", script, re.MULTILINE)
    return {name: folder / name for name in [*names, "boot.scr", "second.scr"]}


def virt(work, folder, gic):
    disk = machine.sd_card(work / "disk.img", {"boot.scr": folder / "boot.scr"})
    return [*machine.virt(gic), "-bios", folder / "u-boot-qemu_arm64-2025.01.bin",
            "-drive", f"if=none,id=disk,format=raw,file={disk}",
            "-device", "virtio-blk-pci,drive=disk",
            "-netdev", f"user,id=net,tftp={folder}",
            "-device", "virtio-net-pci,netdev=net,romfile="]


def raspi4b(work, folder, script):
    card = machine.sd_card(work / "card.img", loaded_files(folder, script))
    return [*machine.raspi4b(), "-kernel", folder / "u-boot-rpi_arm64-2025.01.bin",
            "-dtb", folder / "rpi4-qemu.dtb", "-drive", f"if=sd,format=raw,file={card}"]


def tree_in_memory(work, command, address):
    """The tree at that address when U-Boot is done with the script."""
    m = machine.Machine(work, command, None)
    dump = work / "tree"
    with m.log.open("w") as log, m.running() as qemu:
        machine.follow(qemu, machine.Console(log), [re.compile(f"^{DONE}")], FAILED, 400, 200, 0)
        m.ask_monitor(f'stop\npmemsave {address:#x} {2 * machine.MIB:#x} "{dump}"\nquit\n')
    blob = dump.read_bytes()
    return blob[:reference.cells(blob[4:8])[0]]


def remake(checkout, name, work):
    folder = work / "files"
    folder.mkdir()
    reference.make_files(inputs_folder(), folder)
    typed = generate(checkout, name, folder)
    script = (folder / "boot.source").read_text()
    tftp = typed.startswith("tftpb")
    first_script(folder, tftp, typed)
    gic = 2 if "virt-gicv2" in script else 3
    command = virt(work, folder, gic) if tftp else raspi4b(work, folder, script)
    tree = tree_in_memory(work, command, int(re.search(r"^fdt addr (\S+)", script, re.M)[1], 16))
    (HERE / name / "chosen").write_text(reference.listing(tree, folder))


def main(checkout, *names):
    for name in names or sorted(path.parent.name for path in HERE.glob("*/chosen")):
        with tempfile.TemporaryDirectory() as work:
            try:
                remake(Path(checkout).absolute(), name, Path(work))
                print(name, flush=True)
            except machine.BootFailed as failure:
                print(f"{name}: {failure}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
