# SPDX-License-Identifier: BSD-2-Clause
"""Input that nobody means well: never a crash, always an exit code of ours and a message."""

import os
import random
import re
import struct
from concurrent.futures import ThreadPoolExecutor

import pytest

import make
import test_cases
import test_errors
from conftest import HERE, run_xendtc

GOOD = """\
board: rpi4
memory: 4G
device-tree: {}
xen: {{image: {}, cmdline: console=dtuart dtuart=serial1}}
dom0: {{kernel: {}, ramdisk: {}, memory: 512M}}
"""


def system(tree="bcm2711-rpi-4-b.dtb", xen="xen", kernel="Image", ramdisk="initrd.cpio"):
    return GOOD.format(tree, xen, kernel, ramdisk).encode()


def judge(done, name):
    """A verdict of ours; a refusal names its code, and its place in the text if it has one."""
    assert done.returncode in (0, 1, 3), (name, done.returncode)
    text = done.stderr.decode(errors="replace")
    if done.returncode:
        assert re.search(r"^(\S.*: |xendtc: )error\[E\d{4}\]: \S", text, re.M), (name, text)
    assert "assert" not in text.lower() and "Sanitizer" not in text
    return done


def check(text, folder, files, *words):
    path = folder / "x.yaml"
    path.write_bytes(text)
    return judge(run_xendtc("check", *words, "--files", files, "x.yaml", cwd=folder), text[:200])


TEXTS = {
    "empty": b"",
    "space": b" \n\n  \n",
    "comment": b"# nothing",
    "one-byte": b"x",
    "nul": b"\0",
    "nul-inside": system().replace(b"rpi4", b"rp\0i4"),
    "zeros": b"\0" * 5000,
    "garbage": random.Random(1).randbytes(5000),
    "high-bytes": bytes(range(128, 256)) * 20,
    "lists": b"[" * 100000,
    "maps": b"{a: " * 50000,
    "block-lists": b"- " * 20000 + b"x",
    "questions": b"? " * 20000,
    "closing": b"]" * 1000,
    "indent": b"\n".join(b" " * i + b"a:" for i in range(2000)),
    "laughs": b"a: &a [x, x]\n" + b"".join(
        b"%c: &%c [*%c, *%c, *%c, *%c]\n" % (c, c, c - 1, c - 1, c - 1, c - 1)
        for c in range(ord("b"), ord("z"))),
    "laughs-in-maps": b"a: &a {x: x}\n" + b"".join(
        b"%c: &%c {p: *%c, q: *%c, r: *%c}\n" % (c, c, c - 1, c - 1, c - 1)
        for c in range(ord("b"), ord("z"))),
    "alias-of-itself": b"&a [*a]",
    "many-anchors": b"".join(b"k%d: &a%d x\n" % (i, i) for i in range(3000)),
    "many-keys": b"".join(b"k%d: x\n" % i for i in range(3000)),
    "many-guests": system() + b"guests:\n" + b"".join(
        b"  g%d: {kernel: Image, memory: 4M, vcpus: 1}\n" % i for i in range(1000)),
    "huge-scalar": system().replace(b"rpi4", b"r" * 1000000),
    "huge-key": b"k" * 1000 + b": x\n",
    "huge-line": system().replace(b"console", b"c" * 200000 + b" console"),
    "percent": system().replace(b"rpi4", b"'%s%n%d'"),
    "percent-key": b"'%s%n': 1\n",
    "escapes": system().replace(b"rpi4", b'"\\e[31m\\a\\b"'),
    "tabs": system().replace(b" ", b"\t"),
    "crlf": system().replace(b"\n", b"\r\n"),
    "cr": system().replace(b"\n", b"\r"),
    "bom": b"\xef\xbb\xbf" + system(),
    "utf16": system().decode().encode("utf-16"),
    "utf16-be": b"\xfe\xff" + system().decode().encode("utf-16-be"),
    "utf32": system().decode().encode("utf-32"),
    "invalid-utf8": system().replace(b"rpi4", b"r\xc3(4"),
    "overlong-utf8": system().replace(b"rpi4", b"r\xc0\x80"),
    "surrogate": system().replace(b"rpi4", b"r\xed\xa0\x80"),
    "line-separator": system().replace(b"console", "\u2028console".encode()),
    "next-line": system().replace(b"memory", "\u0085memory".encode()),
    "directive": b"%YAML 9.9\n---\n" + system(),
    "document-end": system() + b"...\n",
    "documents": b"--- x\n" * 3000,
    "block-scalars": b"a: |999999999\n x\n",
    "numbers": b"memory: " + b"9" * 10000 + b"G\n",
    "hex": b"memory: 0x" + b"f" * 10000 + b"\n",
    "minus": system().replace(b"512M", b"-512M"),
    "path-up": system(kernel="../../../../../etc/passwd"),
    "path-root": system(kernel="/"),
    "path-dots": system(kernel="."),
    "path-long": system(kernel="x" * 5000),
    "board-up": system().replace(b"rpi4", b"../rpi4"),
    "board-device": system().replace(b"rpi4", b"/dev/null"),
    "board-itself": system().replace(b"rpi4", b"./x.yaml"),
    "board-root": system().replace(b"rpi4", b"/"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text(name, fixtures, tmp_path):
    done = check(TEXTS[name], tmp_path, fixtures)
    good = ("huge-line", "crlf", "cr", "bom", "document-end", "line-separator", "next-line")
    assert (done.returncode == 0) == (name in good), done.stderr.decode(errors="replace")
    if done.returncode == 1:
        assert re.search(rb"^(\./)?(x\.yaml|/dev/null)(:\d+:\d+)?: error", done.stderr, re.M)


@pytest.mark.parametrize("name", ["crlf", "cr", "bom"])
def test_place_in_odd_text(name, fixtures, tmp_path):
    """Line and column are those that an editor shows."""
    done = check(TEXTS[name].replace(b"512M", b"512"), tmp_path, fixtures)
    assert done.stderr.startswith(b"x.yaml:5:53: error[E0207]"), done.stderr.decode()
    done = check(TEXTS[name].replace(b"board", b"bored"), tmp_path, fixtures)
    assert b"x.yaml:1:1: error[E0201]" in done.stderr, done.stderr.decode()


def test_descriptions_that_are_no_files(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    for name in ("folder", "loop", "/proc/self/mem"):
        done = judge(run_xendtc("check", name, cwd=tmp_path), name)
        assert done.returncode == 3, name


def test_pipe_as_description(tmp_path, fixtures):
    """Of a shell's <(...), say."""
    done = judge(run_xendtc("check", "--files", fixtures, "/dev/stdin", stdin=system()), "pipe")
    assert done.returncode == 0


# Module files.

@pytest.mark.parametrize("kind", ["tree", "xen", "kernel", "ramdisk"])
def test_modules_that_are_no_files(kind, own_fixtures, tmp_path):
    os.mkfifo(own_fixtures / "pipe")
    (own_fixtures / "folder").mkdir()
    (own_fixtures / "loop").symlink_to("loop")
    (own_fixtures / "dangling").symlink_to("nowhere")
    for name in ("pipe", "folder", "loop", "dangling", "/dev/null", "/dev/zero", "/dev/full"):
        done = check(system(**{kind: name}), tmp_path, own_fixtures)
        assert done.returncode == 1, (kind, name)


def in_parallel(function, arguments):
    """Two cores have time for two."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(function, arguments))


def spoiled(own_fixtures, tmp_path, kind, variants):
    """Runs the check with each variant in place of a good file."""
    def one(numbered):
        number, data = numbered
        name = f"spoiled-{number}"
        (own_fixtures / name).write_bytes(data)
        path = tmp_path / f"{number}.yaml"
        path.write_bytes(system(**{kind: name}))
        done = run_xendtc("build", "-q", "--no-hash", "--files", own_fixtures,
                          "-o", f"out-{number}", path.name, cwd=tmp_path)
        return judge(done, f"{kind} {number}").returncode

    return in_parallel(one, enumerate(variants))


def cuts(data, count):
    return [data[:n] for n in (*range(8), *range(8, len(data), max(1, len(data) // count)))]


def flips(data, count, seed):
    """Each with one to four changed bytes; half of them in the header."""
    dice = random.Random(seed)
    for i in range(count):
        changed = bytearray(data)
        for _ in range(dice.randint(1, 4)):
            changed[dice.randrange(64 if i % 2 else len(data))] = dice.choice((0, 1, 0x7f, 0xff))
        yield bytes(changed)


def test_cut_trees(own_fixtures, tmp_path):
    tree = (own_fixtures / "bcm2711-rpi-4-b.dtb").read_bytes()
    codes = spoiled(own_fixtures, tmp_path, "tree", cuts(tree, 40))
    assert set(codes) == {1}


def test_flipped_trees(own_fixtures, tmp_path):
    tree = (own_fixtures / "bcm2711-rpi-4-b.dtb").read_bytes()
    codes = spoiled(own_fixtures, tmp_path, "tree", flips(tree, 120, 7))
    assert 1 in codes


def test_odd_trees(own_fixtures, tmp_path):
    """Sound blobs that no board has."""
    cell = 'reg = <0x0 0x7d580000 0x10000>;'
    edits = [
        "s|#address-cells = <2>|#address-cells = <0>|",
        "s|#address-cells = <2>|#address-cells = <0xffffffff>|",
        "s|#size-cells = <1>|#size-cells = <0xfffffff0>|",
        "s|#interrupt-cells = <3>|#interrupt-cells = <0xffffffff>|",
        "s|#interrupt-cells = <3>|#interrupt-cells = <0>|",
        "s|interrupt-parent = <&gic>|interrupt-parent = <0xffffffff>|",
        f"s|{cell}|reg = [00];|", f"s|{cell}|reg;|", f"s|{cell}|reg = <0xffffffff 0xffffffff 2>;|",
        's|serial1 = "/soc/serial@7e215040"|serial1 = [41 42]|',
        's|serial1 = "/soc/serial@7e215040"|serial1|',
        's|stdout-path = .*|stdout-path;|', 's|compatible = .*|compatible;|',
        's|"okay"|[ff ff]|', 's|device_type = "memory"|device_type = [6d]|',
        "s|^/memreserve/.*|/memreserve/ 0xffffffffffffffff 0xffffffffffffffff;|",
        "s|reg = <0x0 0x1000000 0x100000>|reg = <0xffffffff 0xffffffff 0xffffffff>|",
        "s|cpu-release-addr = .*|cpu-release-addr;|", "s|ranges;|ranges = <1>;|",
        "s|interrupts = <0 93 4>|interrupts-extended = <0x99 1 2>, <1>|",
        "/cpus {/,/timer {/{/cpu@/,/};/d}",
    ]
    trees = [make.edited_tree("bcm2711-rpi-4-b.dtb", [edit]) for edit in edits]
    spoiled(own_fixtures, tmp_path, "tree", trees)


@pytest.mark.parametrize("kind, name", [("xen", "xen"), ("kernel", "Image"), ("kernel", "Image.gz"),
                                        ("kernel", "uImage.gz"), ("kernel", "zImage"),
                                        ("ramdisk", "initrd.cpio")])
def test_spoiled_images(kind, name, own_fixtures, tmp_path):
    data = (own_fixtures / name).read_bytes()[:8192]
    spoiled(own_fixtures, tmp_path, kind, [*cuts(data[:512], 8), *flips(data, 12, 11)])


def test_headers_with_the_largest_numbers(own_fixtures, tmp_path):
    most = (1 << 64) - 1
    images = [make.image(b"xen,xen-4.17\0xen,xen\0", text_offset=t, image_size=i)
              for t, i in ((0, most), (most, most), (most, 1), (1 << 63, 1 << 63), (4096, 8))]
    for kind in ("xen", "kernel"):
        spoiled(own_fixtures, tmp_path, kind, images)
    packed = make.packed(make.linux("6.1.0"))[:-4] + struct.pack("<I", 0xffffffff)
    wrapped = [make.uimage(b"", size=0xffffffff), make.uimage(packed, compression=1,
               load=0xfffff000, entry=0xfffffff0)]
    spoiled(own_fixtures, tmp_path, "kernel", [packed, *wrapped])


# Mutations of all descriptions that there are.

WORDS = [b"[", b"]", b"{", b"}", b":", b"- ", b"&a ", b"*a", b"|", b">", b"'", b'"', b"!!x ",
         b"? ", b"\t", b"\n", b"\0", b"\xff", b"~", b"0x", b"-1", b"99999999999999999999", b"%",
         b"<<: ", b"---\n", b"#", b",", b"0", b"null", b"@", b"\\", b" "]


def mutate(text, dice):
    """A few small changes, or a splice."""
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(text) + 1)
        end = min(len(text), at + dice.choice((0, 1, 1, 4, 16, 64)))
        choice = dice.randrange(4)
        if choice == 0:
            text = text[:at] + dice.choice(WORDS) + text[end:]
        elif choice == 1:
            text = text[:at] + text[end:]
        elif choice == 2:
            text = text[:end] + text[at:]
        else:
            text = text[:at] + bytes([dice.randrange(256)]) + text[at + 1:]
    return text


def corpus():
    good = [(c / "system.yaml").read_bytes() for c in test_cases.CASES]
    return good * 4 + [path.read_bytes() for path in test_errors.PATHS.values()]


def run_mutants(seeds, texts, fixtures, tmp_path, *words):
    def one(seed):
        dice = random.Random(seed)
        path = tmp_path / f"{seed}.yaml"
        path.write_bytes(mutate(dice.choice(texts), dice))
        done = run_xendtc("check", *words, "--files", fixtures, path.name, cwd=tmp_path)
        return judge(done, f"seed {seed}: {path}").returncode

    return in_parallel(one, seeds)


def test_mutated_descriptions(fixtures, tmp_path):
    codes = run_mutants(range(300), corpus(), fixtures, tmp_path)
    assert {0, 1} <= set(codes)


def test_mutated_boards(fixtures, tmp_path):
    """Each mutant is the board of a good system."""
    texts = [p.read_bytes() for p in (HERE.parent / "boards").glob("*/board.yaml")]
    texts.append((HERE / "boards" / "third" / "board.yaml").read_bytes())

    def one(seed):
        dice = random.Random(seed)
        (tmp_path / f"board-{seed}.yaml").write_bytes(mutate(dice.choice(texts), dice))
        path = tmp_path / f"{seed}.yaml"
        path.write_bytes(system().replace(b"rpi4", b"./board-%d.yaml" % seed, 1))
        done = run_xendtc("check", "--files", fixtures, path.name, cwd=tmp_path)
        return judge(done, f"seed {seed}").returncode

    assert {0, 1} <= set(in_parallel(one, range(100)))
