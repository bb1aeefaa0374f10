# SPDX-License-Identifier: BSD-2-Clause
"""A U-Boot script that boots, imported and built, boots again: every domain says its line.

The script runs in real U-Boot, too, so that what import makes of its words is what U-Boot makes of
them. `# xen:` in a script says with which releases.
"""

import re
import subprocess
from pathlib import Path

import pytest

import machine
from test_good import boot, signs
from test_proofs import Notes

pytestmark = pytest.mark.boot

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.cmd"))


def cases():
    for path in SCRIPTS:
        for version in re.search(r"^# xen: (.*)$", path.read_text(), re.M)[1].split():
            yield pytest.param(path, version, id=f"{path.stem}-{version}")


def imported(xendtc, path, folder, version):
    done = subprocess.run([xendtc, "import", "--files", folder, path], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return Notes(f"# xen: {version}\n{done.stdout}")


def in_u_boot(path, folder, inputs, work):
    """The machine that runs the script itself, with the files on QEMU's TFTP server."""
    text = "setenv ipaddr 10.0.2.15\nsetenv serverip 10.0.2.2\n" + path.read_text()
    source, packed = work / "boot.source", work / "boot.scr"
    source.write_text(text)
    subprocess.run(["mkimage", "-A", "arm64", "-T", "script", "-C", "none", "-d", source, packed],
                   check=True, stdout=subprocess.DEVNULL)
    disk = machine.sd_card(work / "disk.img", {"boot.scr": packed})
    return machine.Machine(work, [
        *machine.virt(3), "-bios", inputs / "u-boot-qemu_arm64-2025.01.bin",
        "-drive", f"if=none,id=disk,format=raw,file={disk}",
        "-device", "virtio-blk-pci,drive=disk", "-netdev", f"user,id=net,tftp={folder}",
        "-device", "virtio-net-pci,netdev=net,romfile="],
        int(re.search(r"^setenv xen (\S+)$", text, re.M)[1], 16))


@pytest.mark.parametrize("path, version", cases())
def test_script_itself(xendtc, folders, inputs, tmp_path, path, version):
    folder = folders(version)
    wanted = signs(imported(xendtc, path, folder, version))
    in_u_boot(path, folder, inputs, tmp_path).watch(wanted, timeout=400)


@pytest.mark.parametrize("path, version", cases())
def test_imported_script(xendtc, folders, tmp_path, path, version):
    folder = folders(version)
    boot(xendtc, imported(xendtc, path, folder, version), folder, tmp_path)
