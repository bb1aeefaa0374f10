# SPDX-License-Identifier: BSD-2-Clause
"""Ramdisks in all their packings: whole ones are taken without a word, and of what is cut off or
damaged something is said."""

import gzip
import lzma
import re
import struct

import pytest

import make
from conftest import run_xendtc

SYSTEM = """\
board: rpi4
memory: 4G
device-tree: bcm2711-rpi-4-b.dtb
xen: {image: xen, cmdline: console=dtuart dtuart=serial1}
dom0: {kernel: Image-linux, ramdisk: made, cmdline: console=hvc0, memory: 512M}
"""

CPIO = make.cpio(files=((b"bin/sh", bytes(range(256)) * 40), (b"init", b"#!/bin/sh\n")))


def zstd_block(kind, size, contents, last=False):
    """RFC 8878, section 3.1.1.2: its kind is 0 for bytes as they are, 1 for one that is repeated."""
    return (size << 3 | kind << 1 | last).to_bytes(3, "little") + contents


def zstd(contents, descriptor=0x20 | 0x80, checksum=b""):
    """A frame of bytes as they are, and, to have one, of zeros that are said in one byte. Bits of
    the descriptor say which fields of the header there are (section 3.1.1.1.1)."""
    single = descriptor & 0x20
    fields = (b"" if single else b"\x58") + bytes((0, 1, 2, 4)[descriptor & 3])
    length = (1 if single else 0, 2, 4, 8)[descriptor >> 6]
    size = len(contents) + 512
    if length == 2:
        size -= 256
    return (b"\x28\xb5\x2f\xfd" + bytes([descriptor]) + fields
            + (size & 256 ** length - 1).to_bytes(length, "little")
            + zstd_block(0, len(contents), contents) + zstd_block(1, 512, b"\0", last=True) + checksum)


def lz4(contents):
    """As `lz4 -l` packs: pieces of nothing but literals (lz4_Block_format.md)."""
    rest = len(contents) - 15
    packed = b"\xf0" + b"\xff" * (rest // 255) + bytes([rest % 255]) + contents
    return b"\x02\x21\x4c\x18" + struct.pack("<I", len(packed)) + packed


WHOLE = {
    "cpio": CPIO,
    "gzip": gzip.compress(CPIO),
    "xz": lzma.compress(CPIO),
    "xz-padded": lzma.compress(CPIO) + bytes(8),
    "zstd": zstd(CPIO),
    "zstd-window": zstd(CPIO, 0x80),
    "zstd-dictionary": zstd(CPIO, 0xa1),
    "zstd-unsized": zstd(CPIO, 0),
    "zstd-one-byte": zstd(CPIO, 0x20),
    "zstd-short-size": zstd(CPIO, 0x60),
    "zstd-checksum": zstd(CPIO, 0xa4, b"\1\2\3\4"),
    "lz4": lz4(CPIO),
    "lz4-end": lz4(CPIO) + bytes(4),
    "cpio-and-zeros-and-gzip": CPIO + bytes(512) + gzip.compress(CPIO),
    "cpio-and-zstd": CPIO + zstd(CPIO),
    "zstd-and-cpio": zstd(CPIO).ljust(len(zstd(CPIO)) + 3 & ~3, b"\0") + CPIO,
    "gzip-and-zeros-and-lz4": gzip.compress(CPIO) + bytes(64) + lz4(CPIO),
    "zeros-behind": CPIO + bytes(1 << 16),
    # Nobody knows what this is, and the kernel has what it needs by then.
    "cpio-and-text": CPIO + b"and what not",
    "odd-place": gzip.compress(CPIO)[:-8] + gzip.compress(CPIO)[-8:] + bytes(1) + CPIO,
}

# What is there of it, and what is said.
CUT = {
    "cpio": (CPIO[:4000], "cpio archive is not all there"),
    "gzip": (gzip.compress(CPIO)[:300], "gzip data do not end"),
    "gzip-damaged": (b"\x1f\x8b\x08\0\0\0\0\0\0\3" + b"\xff" * 400, "cannot be unpacked"),
    "xz": (lzma.compress(CPIO)[:-20], "seems to be cut off"),
    "xz-zeros": (lzma.compress(CPIO)[:-20] + bytes(16), "seems to be cut off"),
    "zstd-header": (zstd(CPIO)[:4], "zstd data do not end"),
    "zstd-no-block": (zstd(CPIO)[:9], "zstd data do not end"),
    "zstd-block": (zstd(CPIO)[:5000], "zstd data do not end"),
    "zstd-no-last-block": (zstd(CPIO)[:-4], "zstd data do not end"),
    "zstd-no-byte": (zstd(CPIO)[:-1], "zstd data do not end"),
    "zstd-checksum": (zstd(CPIO, 0xa4, b"\1\2"), "zstd data do not end"),
    "lz4": (lz4(CPIO)[:5000], "lz4 data do not end"),
    "second-zstd": (CPIO + zstd(CPIO)[:5000], "zstd data do not end"),
    "second-lz4": (gzip.compress(CPIO) + bytes(64) + lz4(CPIO)[:-1], "lz4 data do not end"),
    "behind-zeros": (CPIO + bytes(512) + CPIO[:4000], "cpio archive is not all there"),
}


def check(contents, folder, files, verb="check"):
    (files / "made").write_bytes(contents)
    (folder / "x.yaml").write_text(SYSTEM)
    done = run_xendtc(verb, *["-o", "out"] * (verb == "build"), "--files", files, "x.yaml", cwd=folder)
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("verb", ["check", "build"])
def test_whole(name, verb, own_fixtures, tmp_path):
    status, text = check(WHOLE[name], tmp_path, own_fixtures, verb)
    assert status == 0 and not re.search(r"E0308|W0331|E0303", text), text


@pytest.mark.parametrize("name", CUT)
def test_cut(name, own_fixtures, tmp_path):
    contents, said = CUT[name]
    _, text = check(contents, tmp_path, own_fixtures, "build")
    assert re.search(r"(error\[E0308\]|warning\[W0331\]): '[^']*made' [^\n]*" + said, text), text
