# SPDX-License-Identifier: BSD-2-Clause
"""No text of the YAML makes U-Boot run what is not under boot.commands: a hostile one is
refused, or the scripts run in real U-Boot, load every file, and the canary `pwned` is unset."""

import json
import re
import shutil
import subprocess

import pytest
import yaml

import machine
import make
from conftest import TOP
from test_boot import U_BOOTS, u_boot

pytestmark = pytest.mark.boot

EVIL = [
    "a; setenv pwned 1", ";setenv pwned 1;", "a\nsetenv pwned 1\n", "\nsetenv pwned 1\n#",
    "$(setenv pwned 1)", "`setenv pwned 1`", "${bootcmd}", "$bootcmd",
    "a' ; setenv pwned 1; '", 'a" ; setenv pwned 1; "', "'\"; setenv pwned 1; \"'",
    "a\\\nsetenv pwned 1", "\\'; setenv pwned 1; \\'", '\\"; setenv pwned 1; \\"',
    "a && setenv pwned 1", "a || setenv pwned 1", "a | setenv pwned 1", "a & setenv pwned 1",
    "# setenv pwned 1", "a\\", "a;setenv${IFS}pwned${IFS}1",
    "fi; setenv pwned 1; if true; then", "done; setenv pwned 1", "it's", 'say "', "*", "?", "[",
    "[01", "[0x1; setenv pwned 1]", "<0x1", "<0x1; setenv pwned 1>", "-f", "--", "~", "!", "%s%n",
    "(setenv pwned 1)", "{ setenv pwned 1; }", "a > b", "\t;setenv pwned 1", "x" * 1000,
    "'" * 999, "a+b@c,d-e_f.g",
]


def base(number):
    return {
        "board": f"board{number}/board.yaml", "memory": "2G",
        "device-tree": {"file": "virt-gicv3.dtb"},
        "xen": {"image": {"file": "xen-4.20"}, "cmdline": "console=dtuart"},
        "dom0": {"kernel": {"file": "Image"}, "ramdisk": {"file": "initrd.cpio"},
                 "memory": "256M", "cmdline": "console=hvc0"},
        "guests": {"net": {"kernel": {"file": "Image"}, "memory": "64M", "vcpus": 1,
                           "vpl011": True}},
        "boot": {"server": "10.0.2.2", "client": "10.0.2.15", "command": "none",
                 "verify": "crc32", "prefix": f"{number}/"},
    }


def put(*path):
    def change(system, text):
        for key in path[:-1]:
            system = system.setdefault(key, {})
        system[path[-1]] = text
    return change


def from_firmware(change):
    def both(system, text):
        system["device-tree"]["from"] = "firmware"
        change(system, text)
    return both


def prefix_with(change):
    def add(system, text):
        change(system, text + system["boot"]["prefix"])
    return add


def rename_guest(system, text):
    system["guests"][text] = system["guests"].pop("net")


def name_property(system, text):
    system["guests"]["net"].setdefault("properties", {})[text] = "x"


def named(change, original):
    """A file of that name."""
    change.original = original
    return change


FIELDS = {
    "xen": named(put("xen", "image", "file"), "xen-4.20"),
    "kernel": named(put("dom0", "kernel", "file"), "Image"),
    "ramdisk": named(put("dom0", "ramdisk", "file"), "initrd.cpio"),
    "guest-kernel": named(put("guests", "net", "kernel", "file"), "Image"),
    "tree": named(put("device-tree", "file"), "virt-gicv3.dtb"),
    "prefix": prefix_with(put("boot", "prefix")),
    "file-prefix": prefix_with(put("dom0", "kernel", "load", "prefix")),
    "server": put("boot", "server"),
    "client": put("boot", "client"),
    "device": put("boot", "load"),
    "command": put("boot", "load", "command"),
    "file-command": put("dom0", "kernel", "load", "command"),
    "script-address": put("boot", "script-address"),
    "tree-address": put("device-tree", "address"),
    "retry": put("boot", "retry"),
    "start": put("boot", "command"),
    "memory": put("memory"),
    "xen-line": from_firmware(lambda system, text: put("xen", "cmdline")(
        system, f"console=dtuart crash-debug-panic={text}")),
    "dom0-line": from_firmware(put("dom0", "cmdline")),
    "guest-line": from_firmware(put("guests", "net", "cmdline")),
    "property": from_firmware(put("guests", "net", "properties", "odd")),
    "property-name": from_firmware(name_property),
    "guest": rename_guest,
    "yaml-name": lambda system, text: None,
    "board-name": lambda system, text: None,
}
ALONE = ("xen", "kernel", "ramdisk", "guest-kernel", "tree", "prefix", "file-prefix",
         "command", "file-command")


class Folder:
    """What is compiled, and the TFTP server's folder: NUMBER.scr is the first script of a
    system, and what it loads is below its prefixes, where --stage puts it."""

    def __init__(self, xendtc, top, tree):
        self.xendtc, self.top = xendtc, top
        self.files, self.root = top / "files", top / "root"
        self.files.mkdir()
        self.root.mkdir()
        make.make(self.files)
        shutil.copy(tree, self.files)  # what QEMU gives to U-Boot
        self.number = 0
        self.run = {}  # {number: (text, fields)}

    def board(self, folder, text):
        board = (TOP / "boards" / "qemu-arm64" / "board.yaml").read_text()
        path = folder / f"board{self.number}" / "board.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(board.replace("\nname: qemu-arm64\n", f"\nname: {json.dumps(text)}\n"))

    def build(self, fields, text):
        """Whether xendtc took it. If it did not, nothing is written."""
        self.number += 1
        folder, out = self.top / f"yaml{self.number}", self.top / f"out{self.number}"
        self.board(folder, text if "board-name" in fields else "virt")
        system = base(self.number)
        for field in fields:
            FIELDS[field](system, text)
            original = getattr(FIELDS[field], "original", None)
            if original and "/" not in text and len(text) < 200:
                (self.files / text).unlink(missing_ok=True)  # --stage makes hard links
                shutil.copy(self.files / original, self.files / text)
        name = f"{text[:200]}.yaml" if "yaml-name" in fields else "system.yaml"
        (folder / name).write_text(yaml.safe_dump(system, sort_keys=False))
        done = subprocess.run([self.xendtc, "build", "-q", "--stage", "--files", self.files,
                               "-o", out, folder / name], stderr=subprocess.PIPE)
        if done.returncode == 1:
            assert b"error[E" in done.stderr and not out.exists(), (fields, text, done.stderr)
            return False
        assert done.returncode == 0, (fields, text, done.stderr)
        return True

    def serve(self, fields, text):
        """The same, to be run by U-Boot."""
        assert self.build(fields, text), (fields, text)
        out = self.top / f"out{self.number}"
        self.run[self.number] = text, fields
        first = out / "boot.scr"  # fetches boot2.scr, where that comes by TFTP
        shutil.copy(first if first.exists() else out / "boot2.scr",
                    self.root / f"{self.number}.scr")
        shutil.copytree(out, self.root, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def folder(xendtc, inputs, tmp_path_factory):
    """Each text goes into each field alone; those that took it share a script."""
    folder = Folder(xendtc, tmp_path_factory.mktemp("hostile"), inputs / "virt-gicv3.dtb")
    for text in EVIL:
        taken = [f for f in FIELDS if not (f == "yaml-name" and "/" in text)
                 and folder.build([f], text)]
        for field in taken:
            if field in ALONE:
                folder.serve([field], text)
        folder.serve([f for f in taken if f not in ALONE], text)
    return folder


def driver(numbers):
    lines = ["setenv ipaddr 10.0.2.15", "setenv serverip 10.0.2.2"]
    for number in numbers:
        lines += ["setenv pwned", "setenv xd_ok none", f"tftpb 0x50000000 {number}.scr",
                  "source 0x50000000", f'echo "CASE {number} ok=${{xd_ok}} pwned=${{pwned}}."']
    return "\n".join([*lines, "setenv pwned 1", 'echo "CASE end pwned=${pwned}."', ""])


@pytest.mark.parametrize("version", U_BOOTS)
def test_nothing_is_run(folder, inputs, tmp_path, version):
    used = {field for _, fields in folder.run.values() for field in fields}
    assert used >= {"xen-line", "dom0-line", "guest-line", "property", "yaml-name",
                    "board-name", "kernel", "prefix", "file-prefix"}
    (tmp_path / "driver").write_text(driver(folder.run))
    subprocess.run(["mkimage", "-A", "arm64", "-T", "script", "-C", "none", "-d",
                    tmp_path / "driver", tmp_path / "boot.scr"], check=True,
                   stdout=subprocess.DEVNULL)
    disk = machine.sd_card(tmp_path / "disk.img", {"boot.scr": tmp_path / "boot.scr"})
    boot = machine.Machine(tmp_path, [
        *machine.virt(3), "-bios", u_boot(inputs, "qemu_arm64", version),
        "-drive", f"if=none,id=disk,format=raw,file={disk}",
        "-device", "virtio-blk-pci,drive=disk", "-netdev", f"user,id=net,tftp={folder.root}",
        "-device", "virtio-net-pci,netdev=net,romfile="], None)
    # There is no command of those names: the script stops. All others load every file.
    wanted = [f"CASE {n} ok={0 if 'command' in ''.join(fields) else 1} pwned=."
              for n, (_, fields) in folder.run.items()]
    boot.watch([*wanted, "CASE end pwned=1."], idle=20,
               forbidden=(re.compile(r"CASE \d+ ok=.* pwned=[^.]"), "ok=none"))
