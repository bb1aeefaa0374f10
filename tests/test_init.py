# SPDX-License-Identifier: BSD-2-Clause
"""`xendtc init`: files become a description that compiles as it is."""

import os
import re
from pathlib import Path

import pytest
import yaml

import make
from conftest import run_xendtc

PI_TREE = "bcm2711-rpi-4-b.dtb"

# Names of fixtures, what they are called in the folder, and what the description must say.
FOLDERS = {
    "pi": ({"xen": "xen", "Image-linux": "Image", "initrd.cpio.gz": "initrd", PI_TREE: PI_TREE},
           {"board": "rpi4", "xen.image": "xen", "dom0.kernel": "Image", "dom0.ramdisk": "initrd",
            "xen.cmdline": "console=dtuart dtuart=serial1", "guests.guest1.kernel": "Image"}),
    "names-do-not-matter": (
        {"xen-4.20": "a", "Image-linux": "b", "initrd.cpio": "c", PI_TREE: "d", "xen.config": "e"},
        {"xen.image": "a", "dom0.kernel": "b", "dom0.ramdisk": "c", "device-tree": "d",
         "xen.config": "e"}),
    "no-ramdisk": (
        {"xen": "xen", "Image": "Image", PI_TREE: PI_TREE},
        {"guests": None, "dom0.ramdisk": None,
         "dom0.cmdline": "console=hvc0 root=/dev/mmcblk0p2 rootwait"}),
    "packed": (
        {"xen": "xen", "Image.gz": "vmlinuz", "several.cpio.gz": "initrd", PI_TREE: PI_TREE},
        {"dom0.kernel": "vmlinuz"}),
    "newest-and-not-packed": (
        {"xen-4.17": "xen-4.17", "xen-4.20": "xen-4.20", "Image-5.4": "Image-5.4",
         "Image-linux": "Image-6.1", "Image.gz": "Image.gz", "initrd.cpio": "initrd",
         PI_TREE: PI_TREE},
        {"xen.image": "xen-4.20", "dom0.kernel": "Image-6.1"}),
    "config-of-the-one-that-is-taken": (
        {"xen-4.17": "xen-4.17", "xen-4.20": "xen-4.20", "bare.config": "xen-4.17.config",
         "xen.config": "xen-4.20.config", "Image": "Image", PI_TREE: PI_TREE},
        {"xen.config": "xen-4.20.config"}),
    "config-of-nobody-knows-which": (
        {"xen-4.17": "xen-4.17", "xen-4.20": "xen-4.20", "bare.config": ".config-old",
         "xen.config": "config", "Image": "Image", PI_TREE: PI_TREE},
        {"xen.config": None}),
    "qemu": (
        {"xen-4.20": "xen", "Image-linux": "Image", "initrd.cpio": "initrd",
         "virt-gicv3.dtb": "virt.dtb"},
        {"board": "qemu-arm64", "device-tree": "virt.dtb",
         "xen.cmdline": "console=dtuart dtuart=serial0"}),
    "the-tree-with-the-boards-name": (
        {"xen": "xen", "Image": "Image", "labelled.dtb": "a.dtb", PI_TREE: PI_TREE,
         "virt-gicv3.dtb": "virt.dtb"},
        {"board": "rpi4", "device-tree": PI_TREE}),
    "much-else": (
        {"xen": "xen", "Image": "Image", "initrd.cpio": "initrd", PI_TREE: PI_TREE,
         **{n: n for n in ("overlay.dtbo", "partial.dtb", "bzImage", "u-boot.bin", "u-boot-image",
                           "page.html", "notes.txt", "kernel.deb", "root.tar.gz", "policy.bin",
                           "zImage", "vmlinux", "empty", "linux.config", "data.gz", "xen.gz",
                           "cut.dtb", "uRamdisk", "other.scr")}},
        {"xen.image": "xen", "dom0.kernel": "Image", "dom0.ramdisk": "initrd", "xen.config": None}),
    "the-ramdisk-of-the-kernel": (
        {"xen": "xen", "Image-5.4": "vmlinuz-5.4-arm64", "Image-linux": "vmlinuz-6.1-arm64",
         "initrd.cpio": "initrd.img-5.4-arm64", "initrd.cpio.gz": "initrd.img-6.1-arm64", PI_TREE: PI_TREE},
        {"dom0.kernel": "vmlinuz-6.1-arm64", "dom0.ramdisk": "initrd.img-6.1-arm64"}),
    "large-ramdisk": (
        {"xen": "xen", "Image": "Image", "huge.cpio": "initrd", PI_TREE: PI_TREE},
        {"dom0.memory": "1024M", "guests.guest1.memory": "1024M"}),
}


@pytest.fixture
def filled(fixtures, tmp_path):
    """filled(names): a folder where these fixtures have these names."""
    def fill(names):
        folder = tmp_path / "files"
        folder.mkdir()
        for fixture, name in names.items():
            (folder / name).symlink_to(fixtures / fixture)
        return folder

    return fill


def value(described, path):
    for part in path.split("."):
        described = (described or {}).get(part)
    return described


def described(text):
    return yaml.load(text, yaml.BaseLoader)


@pytest.mark.parametrize("name", FOLDERS)
def test_init(name, filled):
    """What is found is in it, each line says why, and it compiles."""
    names, wanted = FOLDERS[name]
    folder = filled(names)
    done = run_xendtc("init", "-o", "system.yaml", cwd=folder)
    assert done.returncode == 0 and not done.stderr and not done.stdout, done.stderr.decode()
    text = (folder / "system.yaml").read_text()
    assert {path: value(described(text), path) for path in wanted} == wanted
    assert text.startswith("# xendtc\n") and text.endswith("\n")
    done = run_xendtc("build", "-q", "system.yaml", cwd=folder)
    assert done.returncode == 0 and b"error" not in done.stderr, done.stderr.decode()
    assert (folder / "out" / "boot2.scr").exists()


def test_init_prints(filled):
    """The same to standard output; from elsewhere it says where the files are."""
    folder = filled(FOLDERS["pi"][0])
    there = run_xendtc("init", cwd=folder).stdout.decode()
    assert "\n# xendtc check system.yaml\n" in there
    assert list(folder.glob("*.yaml")) == []
    elsewhere = run_xendtc("init", "files", cwd=folder.parent).stdout.decode()
    assert "\n# xendtc check --files files system.yaml\n" in elsewhere
    assert described(there) == described(elsewhere)
    assert "image: xen  # Xen 4.17\n" in there and "kernel: Image  # Linux 6.1\n" in there


def test_init_says_what_else_there_is(filled):
    text = run_xendtc("init", filled(FOLDERS["newest-and-not-packed"][0])).stdout.decode()
    assert "# Also there: xen-4.17.\n" in text and "# Also there: Image-5.4, Image.gz.\n" in text


@pytest.mark.parametrize("missing, what", [
    ("xen", "there is no Xen in this folder"),
    ("Image", "there is no arm64 kernel in this folder"),
    (PI_TREE, "there is no device tree of a board that xendtc knows in this folder")])
def test_init_misses_something(missing, what, filled):
    """E1059: what is missing, and where to get it; nothing is written."""
    names = {n: n for n in ("xen", "Image", "initrd.cpio", PI_TREE) if n != missing}
    folder = filled(names)
    done = run_xendtc("init", "-o", "system.yaml", folder, cwd=folder)
    text = done.stderr.decode()
    assert done.returncode == 1 and f"error[E1059]: {what}\n      = help: copy" in text
    assert text.count("error[") == 1 and not (folder / "system.yaml").exists()


def test_init_misses_everything(tmp_path):
    assert run_xendtc("init", tmp_path).stderr.decode().count("error[E1059]") == 3


@pytest.mark.parametrize("fixture, name, said", [
    ("xen", "my xen", "rename 'my xen': names in a description have letters, digits and ._/+@,- and no spaces"),
    ("Image", "Image (2)", "rename 'Image (2)'"), (PI_TREE, "the tree.dtb", "rename 'the tree.dtb'"),
    ("xen.gz", "xen.gz", "unpack 'xen.gz' first: gunzip"),
    ("Image.xz", "Image.xz", "unpack 'Image.xz' first: unxz"),
    ("kernel.deb", "linux.deb", "'linux.deb' is a package: dpkg -x linux.deb FOLDER"),
    ("pointer", "Image", "'Image' is a pointer of Git LFS: git lfs pull"),
    ("vmlinux", "vmlinux", "'vmlinux' is an ELF file"),
    ("bzImage", "k", "'k' will not do: it is a kernel for x86"),
    ("page.html", "Image", "'Image' will not do: it is a web page"),
    ("partial.dtb", "p.dtb", "'p.dtb' will not do: it has no CPUs"),
    ("cut.dtb", "c.dtb", "'c.dtb' is damaged")])
def test_init_says_what_to_do(fixture, name, said, filled):
    """A file that is nearly what is missing; where to get another one only if this one is hopeless."""
    done = run_xendtc("init", filled({fixture: name}))
    text = done.stderr.decode()
    assert done.returncode == 1 and f"= help: {said}" in text
    finding = next(part for part in text.split("error[E1059]") if said in part)
    assert ("= help: copy" in finding) == ("will not do" in finding or "is damaged" in finding)


def test_init_of_what_can_be_imported(filled):
    """Scripts and configs describe a system already."""
    folder = filled({"xen": "xen"})
    (folder / "boot.cmd").write_text("tftpb 0x1000000 xen\nfdt addr 0x2000000\nbooti 0x1000000 - 0x2000000\n")
    (folder / "config").write_text("MEMORY_START=0x0\nDOM0_KERNEL=Image\nXEN=xen\nNUM_DOMUS=0\n")
    text = run_xendtc("init", folder).stderr.decode()
    assert text.count("xendtc import boot.cmd") == 1 and text.count("xendtc import config") == 1


@pytest.mark.parametrize("folder", ["none", "file"])
def test_init_of_no_folder(folder, tmp_path):
    (tmp_path / "file").write_text("no folder\n")
    done = run_xendtc("init", folder, cwd=tmp_path)
    assert done.returncode == 3 and f"{folder}: error[E0301]: cannot be read" in done.stderr.decode()


def test_init_writes_over_nothing(filled):
    """Whatever it is that is there, E1060."""
    folder = filled({**FOLDERS["pi"][0], "notes.txt": "notes"})
    (folder / "mine.yaml").write_text("mine\n")
    for name in ("mine.yaml", "notes", "xen"):
        before = (folder / name).read_bytes()
        done = run_xendtc("init", "-o", name, cwd=folder)
        assert done.returncode == 1 and b"E1060" in done.stderr
        assert (folder / name).read_bytes() == before


def test_init_passes_over_what_cannot_be_named(filled):
    folder = filled(FOLDERS["pi"][0])
    (folder / "a b").write_bytes(make.xen("4.22"))
    (folder / ".xen").write_bytes(make.xen("4.22"))
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    assert value(described(run_xendtc("init", folder).stdout), "xen.image") == "xen"


def test_init_formats(filled):
    """The description and findings for programs do not go the same way."""
    folder = filled(FOLDERS["pi"][0])
    done = run_xendtc("init", "--format", "json", folder)
    assert done.returncode == 2 and b"the YAML needs a file of its own" in done.stderr


@pytest.mark.parametrize("folder", ["own", "."])
def test_init_of_real_files(folder, tmp_path):
    """Debian's Xen, kernel and trees, if tools/inputs.sh was run."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    files = Path(os.environ.get("XENDTC_INPUTS") or cache / "xendtc" / "inputs") / folder
    if not (files / PI_TREE).exists():
        pytest.skip(f"no files in {files}: tools/inputs.sh try")
    done = run_xendtc("init", "-o", "system.yaml", files, cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    text = (tmp_path / "system.yaml").read_text()
    assert re.search(r"image: \S+  # Xen 4\.\d+\n", text)
    done = run_xendtc("build", "-q", "--files", files, "system.yaml", cwd=tmp_path)
    assert done.returncode == 0 and b"error" not in done.stderr, done.stderr.decode()
