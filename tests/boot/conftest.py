# SPDX-License-Identifier: BSD-2-Clause
"""Compiles the systems of the boot tests, and hands each test what it boots."""

import functools
import gzip
import lzma
import os
import struct
import subprocess
from pathlib import Path

import pytest

import machine
import make

HERE = Path(__file__).parent
TOP = HERE.parent.parent
SYSTEMS = HERE / "systems"


def pytest_configure(config):
    config.addinivalue_line("markers", "boot: boots real Xen in QEMU; takes up to some minutes")


@pytest.fixture(scope="session")
def xendtc():
    path = Path(os.environ.get("XENDTC", TOP / "build" / "xendtc")).absolute()
    if not path.exists():
        pytest.fail(f"{path} is not there: build it, or name it in XENDTC", pytrace=False)
    return path


@pytest.fixture(scope="session")
def inputs():
    """The folder that tools/inputs.sh fills."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    path = Path(os.environ.get("XENDTC_INPUTS") or cache / "xendtc" / "inputs")
    if not (path / "rpi4-qemu.dtb").exists():
        pytest.fail(f"no boot files in {path}: run tools/inputs.sh test", pytrace=False)
    return path


@pytest.fixture(scope="session")
def files(inputs, tmp_path_factory):
    """The inputs, but the Pi's tree is the one that fits QEMU's Pi."""
    folder = tmp_path_factory.mktemp("files")
    for path in inputs.iterdir():
        (folder / path.name).symlink_to(path)
    pi = folder / "bcm2711-rpi-4-b.dtb"
    pi.unlink()
    pi.write_bytes((inputs / "rpi4-qemu.dtb").read_bytes())
    (folder / "root.tar").write_bytes(make.root_archive())
    return folder


@pytest.fixture(scope="session")
def compiled(xendtc, files, tmp_path_factory):
    """compiled(NAME): the folder with all that systems/NAME.yaml became, compiled once."""
    done = {}

    def compile_system(name):
        if name not in done:
            out = tmp_path_factory.mktemp(name) / "out"
            subprocess.run([xendtc, "build", "--stage", "--files", files, "--output", out,
                            SYSTEMS / f"{name}.yaml"], check=True)
            done[name] = out
        return done[name]

    return compile_system


def make_kernels(folder):
    """Small kernels that say their name by Xen, by a guest's vpl011, or by that of a guest whose
    addresses are the machine's; packed ones, too. `put` writes a word to shared memory, `get` and
    `get-gic` speak once it is there."""
    for name in "abc01234":
        for kind, how in (("small", {}), ("uart", {"uart": True}),
                          ("host", {"uart": True, "at": machine.VIRT_UART})):
            kernel = machine.small_kernel(name, **how)
            (folder / f"{kind}-{name}").write_bytes(kernel)
            (folder / f"{kind}-{name}.gz").write_bytes(gzip.compress(kernel, 9, mtime=0))
    for name, before in (("put", machine.put_word(machine.SHARED)),
                         ("get", machine.get_word(machine.SHARED)),
                         ("get-gic", machine.get_word(machine.SHARED_GIC))):
        kernel = machine.small_kernel(name, uart=True, before=before)
        (folder / name).write_bytes(kernel)
    (folder / "more").mkdir()
    for twin in ("UART-A", "more/uart-a"):
        (folder / twin).write_bytes(machine.small_kernel("b", uart=True))
    for kind in ("small", "uart"):
        kernel = machine.small_kernel("gz", uart=kind == "uart")
        (folder / f"{kind}.gz").write_bytes(gzip.compress(kernel, 1, mtime=0))
    for name in "ab":
        (folder / f"waits-{name}").write_bytes(machine.small_kernel(name, before=machine.WAIT))
    (folder / "tells-tree").write_bytes(machine.tree_kernel())
    (folder / "tells-line").write_bytes(machine.line_kernel())
    (folder / "empty").write_bytes(b"")
    zimage = b"\0" * 0x24 + struct.pack("<III", 0x016f2818, 0, 4096)
    (folder / "zimage").write_bytes(zimage.ljust(4096, b"\0"))
    (folder / "three.cpio").write_bytes(b"070701".ljust(3 * machine.MIB, b"0"))
    with (folder / "large.cpio").open("wb") as f:
        f.write(b"070701")
        f.truncate(100 * machine.MIB)


def bss_kernel(name, image_size, text_offset=0):
    """A small kernel that clears all of its image_size bytes, as far as they are not in its file."""
    kernel = machine.small_kernel(name, uart=True, bss=image_size - machine.SMALL_SIZE)
    return kernel[:8] + struct.pack("<Q", text_offset) + kernel[16:]


def make_odd_kernels(folder):
    """Kernels that Xen does not start, or starts in another way."""
    kernel, mib = machine.small_kernel("a", uart=True), machine.MIB
    packed, low, far = make.packed(kernel), 0x40200000, 0x90000000
    odd = {
        "vmlinux": b"\x7fELF".ljust(4096, b"\0"),
        "vmlinuz": b"MZ\0\0zimg".ljust(4096, b"\0"),
        "short": kernel[:32],
        "uart.xz": lzma.compress(kernel),
        "uart-padded.gz": packed + bytes(4),
        "uart-appended.gz": packed + struct.pack("<I", 4096),
        "uart-cut.gz": packed[:3000] + struct.pack("<I", len(kernel)),
        "uart-broken.gz": packed[:5000] + b"!" + packed[5001:],
        "uart-offset": kernel[:8] + struct.pack("<Q", 64 * mib) + kernel[16:],
        "bss-a": machine.small_kernel("a", uart=True, bss=15 * mib),
        "bss-b": machine.small_kernel("b", uart=True, bss=15 * mib),
        "bss-130m": machine.small_kernel("a", uart=True, bss=130 * mib),
        "uart-1-bss": bss_kernel("1", 4 * mib).ljust(2 * mib, b"\0"),
        "uart-2-bss": bss_kernel("2", 6 * mib),
        "uart-3-bss": bss_kernel("3", 4 * mib, text_offset=0x1f0000),
        "uart-peek": machine.small_kernel("", uart=True, peek=machine.VIRT_UART + 0x80),
        "cut.dtb": make.compile_tree(make.tree_source("partial.dtb"))[:512],
        "uart-large.gz": gzip.compress(kernel.ljust(40 * mib, b"\0"), 1, mtime=0),
        "uart-huge.gz": packed + struct.pack("<I", 600 * mib),
        "uImage.gz": make.uimage(packed, compression=1),
        "uImage-large.gz": make.uimage(gzip.compress(kernel.ljust(8 * mib, b"\0")), compression=1),
        "uImage-bzip2": make.uimage(kernel, compression=2),
        "uImage-entry": make.uimage(kernel, entry=0x80000),
        "uImage-x86": make.uimage(kernel, arch=3),
        "other.scr": make.uimage(b"echo booting\n", kind=6),
        "uImage-short": make.uimage(kernel, size=2 * len(kernel)),
        "uImage-far": make.uimage(kernel, load=far, entry=far),
        "uImage-far-code": make.uimage(kernel[:56] + bytes(4) + kernel[60:], load=far, entry=far),
        "uImage-middle": make.uimage(kernel.ljust(14 * mib, b"\0"), load=low, entry=low),
        "uImage-outside": make.uimage(kernel, load=low, entry=low - 4096),
        "zimage-large": make.zimage(6 * mib),
        "zimage-short": make.zimage()[:32 << 10],
        "zimage-bound": make.zimage(start=0x90008000),
        "uRamdisk": make.uimage(make.cpio(), kind=3),
        "rootfs.img": b"a file system of some kind".ljust(8192, b"\0"),
    }
    for name, contents in odd.items():
        (folder / name).write_bytes(contents)


OVERLAY = """/dts-v1/;
/plugin/;
/ { fragment@0 { target-path = "/"; __overlay__ { aliases { added = "/pl011@9000000"; }; }; }; };
"""


def make_others(folder):
    subprocess.run(["dtc", "-q", "-O", "dtb", "-o", folder / "console.dtbo"], input=OVERLAY,
                   text=True, check=True)
    subprocess.run(["mkimage", "-A", "arm64", "-O", "linux", "-T", "kernel", "-C", "none",
                    "-a", "0", "-e", "0", "-d", folder / "uart-1", folder / "uart-1.ub"],
                   check=True, stdout=subprocess.DEVNULL)


def make_ramdisks(inputs, folder):
    """The ramdisk of the tests in other forms, all of which Linux takes, and cut off."""
    packed = (inputs / "initrd.cpio.gz").read_bytes()
    plain = gzip.decompress(packed)
    early = make.cpio(512, [(b"early", b"microcode\n")])
    before = plain.index(b"init\0") - 110  # its header
    archives = {
        "padded.cpio.gz": packed + bytes(1000),
        "early.cpio.gz": early + bytes(512) + packed,
        "members.cpio.gz": gzip.compress(early, mtime=0) + packed,
        "initrd.cpio.xz": lzma.compress(plain, check=lzma.CHECK_CRC32, preset=1),
        "behind.cpio.gz": packed + bytes(3) + b"#BOOTCONFIG\n",
        "untrailed.cpio": plain[:plain.rindex(b"070701")],
        "cut.cpio.gz": packed[:len(packed) // 2],
        "cut.cpio": plain[:before - 4000],
        "root.tar.gz": gzip.compress(make.root_archive(), mtime=0),
    }
    for name, contents in archives.items():
        (folder / name).write_bytes(contents)


def make_halves(inputs, folder):
    """A kernel that is cut off, and Xen where the kernel of a guest is looked for."""
    linux = (inputs / "Image-cloud").read_bytes()
    (folder / "Image-half").write_bytes(linux[:len(linux) // 2])
    (folder / "xen-as-kernel").write_bytes((inputs / "xen-4.17").read_bytes())


@pytest.fixture(scope="session")
def made(inputs, tmp_path_factory):
    """A folder with what is made of the inputs."""
    folder = tmp_path_factory.mktemp("made")
    make_kernels(folder)
    make_odd_kernels(folder)
    make_others(folder)
    make_ramdisks(inputs, folder)
    make_halves(inputs, folder)
    linux = (inputs / "Image-cloud").read_bytes()
    (folder / "Image-cloud.gz").write_bytes(gzip.compress(linux, 1, mtime=0))
    return folder


def make_xens(folder):
    """Images of Xen whose header wants another place: U-Boot's booti moves them."""
    xen = (folder / "xen").read_bytes()
    (folder / "xen-half").write_bytes(xen[:len(xen) // 2])
    for name, at, number in (("offset", 8, 0x80000), ("no-size", 16, 0), ("low", 24, 2)):
        (folder / f"xen-{name}").write_bytes(xen[:at] + struct.pack("<Q", number) + xen[at + 8:])


@pytest.fixture(scope="session")
def folders(inputs, made, tmp_path_factory):
    """folders(version): the folder with all files, where `xen` is of that version."""

    @functools.cache
    def folder_of(version):
        if not (inputs / f"xen-{version}").exists():
            pytest.skip(f"no Xen {version} in {inputs}")
        folder = tmp_path_factory.mktemp(f"files-{version}")
        files = {path.name: path for path in [*inputs.iterdir(), *made.iterdir()]}
        files |= {f"xen{suffix}": inputs / f"xen-{version}{suffix}"
                  for suffix in ("", ".config", ".policy")}
        for name, path in files.items():
            (folder / name).symlink_to(path)
        make_xens(folder)
        return folder

    return folder_of
