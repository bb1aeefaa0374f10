# SPDX-License-Identifier: BSD-2-Clause
"""Input that nobody means well: never a crash, always an exit code of ours and a message."""

import os
import random
import re
import socket
import struct
from concurrent.futures import ThreadPoolExecutor

import pytest

import make
import partial_tree
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

CARD = system() + b"boot: {load: 'mmc 0:1'}\ncard: "

# Whatever a description names a file by: where NAME stands.
NAMED = {
    "tree": system(tree="NAME"), "xen": system(xen="NAME"), "kernel": system(kernel="NAME"),
    "ramdisk": system(ramdisk="NAME"), "board": system().replace(b"rpi4", b"./NAME"),
    "extends": system() + b"extends: NAME\n",
    "config": system().replace(b"image: xen", b"config: NAME, image: xen"),
    "policy": system().replace(b"image: xen", b"xsm-policy: NAME, image: xen"),
    "overlay": system() + b"overlays: [NAME]\n",
    "partial": system() + b"guests: {g: {kernel: Image, memory: 64M, vcpus: 1, "
                          b"passthrough-dtb: NAME}}\n",
    "u-boot": CARD + b"{u-boot: NAME}\n", "firmware": CARD + b"{firmware: [NAME]}\n",
    "partition": CARD + b"{partitions: {root: NAME}}\n",
}


@pytest.mark.parametrize("name", ["pipe", "socket", "loop", "dangling", "/dev/null", "/dev/zero",
                                  "/dev/full", "/dev/tty", "folder"])
@pytest.mark.parametrize("kind", NAMED)
def test_files_that_are_none(kind, name, own_fixtures, tmp_path):
    """Nothing waits for a pipe, and nothing is read of a device: it is refused, and named."""
    if name == "folder" and kind in ("firmware", "partition"):
        pytest.skip("a folder may be named there")
    os.mkfifo(own_fixtures / "pipe")
    place = socket.socket(socket.AF_UNIX)
    place.bind(os.path.relpath(own_fixtures / "socket"))
    place.close()
    (own_fixtures / "folder").mkdir()
    (own_fixtures / "loop").symlink_to("loop")
    (own_fixtures / "dangling").symlink_to("nowhere")
    path = str(own_fixtures / name)
    text = NAMED[kind].replace(b"./NAME", path.encode()).replace(b"NAME", path.encode())
    done = check(text, tmp_path, own_fixtures)
    assert done.returncode == 1 and path.encode() in done.stderr, done.stderr.decode()


@pytest.mark.parametrize("kind", NAMED)
def test_files_that_wait_for_what_is_to_come(kind, own_fixtures, tmp_path):
    """/proc/kmsg is a regular file, by what it says of itself."""
    if not os.access("/proc/kmsg", os.R_OK):
        pytest.skip("/proc/kmsg cannot be read here")
    text = NAMED[kind].replace(b"./NAME", b"NAME").replace(b"NAME", b"/proc/kmsg")
    check(text, tmp_path, own_fixtures)


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


# Neighbours of what crashed once. Of trees: any property, at any node, with any odd value, by each
# way in; numbers of the header; and how the structure nests.

CELL = b"\0\0\0\1"
ONES = b"\xff\xff\xff\xff"
VALUES = [b"", b"\0", b"\xff\xff\xff", b"\0\0\0\0", CELL, b"\0\0\0\2", b"\0\0\0\x40", ONES,
          b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\x40\0\0\0", ONES * 2, ONES * 3, ONES * 4, ONES * 6,
          CELL * 2, CELL * 5, (b"\0\0\0\0" + ONES) * 2, (ONES + b"\0\0\0\0") * 3, CELL * 40,
          b"x", b"x\0", b"/\0", b"\0x\0", b"a\0" * 40, b"/chosen\0", b"\xff" * 300]
PROPS = """#address-cells #size-cells #interrupt-cells #clock-cells #gpio-cells reg ranges
    dma-ranges interrupts interrupts-extended interrupt-parent interrupt-map interrupt-map-mask
    interrupt-controller phandle linux,phandle compatible device_type status clocks resets dmas
    power-domains gpios pinctrl-0 memory-region iommus mmu-masters #iommu-cells alloc-ranges size
    cpu-release-addr enable-method stdout-path bootargs linux,initrd-start linux,initrd-end
    xen,passthrough xen,path xen,reg xen,force-assign-without-iommu xen,xen-bootargs
    xen,dom0-bootargs xen,static-heap #xen,static-heap-address-cells #xen,static-heap-size-cells
    xen,static-mem #xen,static-mem-address-cells #xen,static-mem-size-cells xen,shared-mem
    xen,shm-id role xen,evtchn memory cpus vpl011 direct-map nr_spis domain-cpupool cpupool-cpus
    cpupool-sched llc-colors target target-path passthrough xen,enhanced max_grant_frames""".split()

XENS = """/dts-v1/; / { #address-cells = <2>; #size-cells = <2>;
    compatible = "raspberrypi,4-model-b";
    chosen { #address-cells = <2>; #size-cells = <2>; xen,xen-bootargs = "console=dtuart";
    xen,static-heap = <0 0x30000000 0 0x1000000>;
    module@2000000 { compatible = "multiboot,kernel", "multiboot,module";
      reg = <0 0x2000000 0 4096>; };
    pool { compatible = "xen,cpupool"; cpupool-cpus = <1>; };
    net { compatible = "xen,domain"; #address-cells = <2>; #size-cells = <2>; memory = <0 65536>;
      cpus = <1>; xen,static-mem = <0 0x40000000 0 0x4000000>; domain-cpupool = <9>;
      shared@50000000 { compatible = "xen,domain-shared-memory-v1"; xen,shm-id = "s";
        xen,shared-mem = <0 0x50000000 0 0x60000000 0 0x1000>; role = "owner"; };
      channel { compatible = "xen,evtchn-v1"; phandle = <1>; xen,evtchn = <1 2>; };
      module@3000000 { compatible = "multiboot,kernel", "multiboot,module";
        reg = <0 0x3000000 0 4096>; bootargs = "x"; };
      module@4000000 { compatible = "multiboot,device-tree", "multiboot,module";
        reg = <0 0x4000000 0 4096>; }; };
    app { compatible = "xen,domain"; memory = <0 65536>; cpus = <1>;
      channel { compatible = "xen,evtchn-v1"; phandle = <2>; xen,evtchn = <2 1>; }; }; };
    memory@0 { device_type = "memory"; reg = <0 0 0 0x80000000>; };
    cpus { #address-cells = <1>; #size-cells = <0>;
      cpu@0 { device_type = "cpu"; reg = <0>; }; }; };"""
PARTIAL = """/dts-v1/; / { #address-cells = <2>; #size-cells = <2>;
    gic: gic { #interrupt-cells = <3>; };
    aliases { ethernet0 = "/passthrough/net"; };
    passthrough { compatible = "simple-bus"; ranges; #address-cells = <2>; #size-cells = <2>;
      net { compatible = "x"; reg = <0 0xfd580000 0 0x10000>; interrupt-parent = <&gic>;
        interrupts = <0 157 4>, <0 158 4>; xen,path = "/scb/ethernet@7d580000";
        xen,reg = <0 0xfd580000 0 0x10000 0 0xfd580000>; xen,force-assign-without-iommu; }; }; };"""
OVERLAY = """/dts-v1/; / { fragment@0 { target-path = "/soc"; __overlay__ { #address-cells = <1>;
    new@7e000000 { compatible = "x"; reg = <0x7e000000 0x1000>; interrupts = <0 90 4>; }; }; };
    __symbols__ { label = "/fragment@0/__overlay__/new@7e000000"; };
    __local_fixups__ { fragment@0 { __overlay__ { new@7e000000 { reg = <0>; }; }; }; }; };"""
MUX = """/ { soc { bridge: mux@7e000000 { compatible = "y"; reg = <0x7e000000 0x100>;
    status = "disabled";
    #interrupt-cells = <1>; #address-cells = <0>; phandle = <77>; interrupt-map-mask = <0xff>;
    interrupt-map = <1 &gic 0 90 4>, <2 &gic 0 91 4>; };
    user@7e001000 { compatible = "z"; reg = <0x7e001000 4>; interrupt-parent = <&bridge>;
    interrupts = <2>; }; unused@7e002000 { compatible = "z"; reg = <0x7e002000 4>;
    status = "disabled"; reset-gpios = <77>; }; }; };"""


# Each way in: the source of the tree that is changed, and the words of the run.
WAYS = {
    "base": (make.tree_source("bcm2711-rpi-4-b.dtb") + MUX, ("check", "x.yaml")),
    "overlay": (OVERLAY, ("check", "x.yaml")),
    "partial": (PARTIAL, ("check", "x.yaml")),
    "import": (XENS, ("import", "--board", "rpi4", "--memory", "4G", "odd.dtb")),
}
DESCRIPTIONS = {
    "base": system("odd.dtb") + b"guests: {net: {kernel: Image, memory: 64M, vcpus: 1, "
            b"passthrough: [ethernet0, /soc/user@7e001000]}}\n",
    "overlay": system() + b"overlays: [odd.dtb]\n",
    "partial": system() + b"guests: {net: {kernel: Image, memory: 64M, vcpus: 1, "
               b"passthrough-dtb: odd.dtb}}\n",
    "import": b"",
}


def write_tree(root):
    """A blob of the nodes that partial_tree.read_tree() gives."""
    strings, structure = b"", []

    def write(node):
        nonlocal strings
        name = node.name.encode("latin-1") + b"\0"
        structure.append(struct.pack(">I", 1) + name + b"\0" * (-len(name) % 4))
        for prop, value in node.props.items():
            at = len(strings)
            strings += prop.encode("latin-1") + b"\0"
            structure.append(struct.pack(">III", 3, len(value), at) + value)
            structure.append(b"\0" * (-len(value) % 4))
        for child in node.children:
            write(child)
        structure.append(struct.pack(">I", 2))

    write(root)
    body = b"".join(structure) + struct.pack(">I", 9)
    sizes = (0xd00dfeed, 56 + len(body) + len(strings), 56, 56 + len(body), 40, 17, 16, 0,
             len(strings), len(body))
    return struct.pack(">10I", *sizes) + b"\0" * 16 + body + strings


def changed_trees(source, count, seed):
    """Each with one to four changed properties."""
    blob = make.compile_tree(source)
    for number in range(count):
        dice = random.Random(seed * 1000003 + number)
        root = partial_tree.read_tree(blob)
        for _ in range(dice.randint(1, 4)):
            node = dice.choice(list(root.walk()))
            known = dice.choice(list(node.props) or PROPS)
            node.props[dice.choice((known, dice.choice(PROPS)))] = dice.choice(VALUES)
        yield write_tree(root)


def changed_headers(source):
    """Each number of the header: 0, the smallest, the largest, and those about the file's end."""
    blob = make.compile_tree(source)
    for at in range(0, 40, 4):
        for number in (0, 1, 7, 39, len(blob) - 1, len(blob), len(blob) + 1, 1 << 31, (1 << 32) - 1,
                       (1 << 32) - 8):
            yield blob[:at] + struct.pack(">I", number) + blob[at + 4:]


def nested_trees():
    """Nodes in each other, alone and with a bus of many cells, and nodes without an end."""
    for depth in (15, 16, 17, 63, 64, 65, 66, 2000):
        yield b"/dts-v1/; / { " + b"n { " * depth + b"}; " * depth + b"};"
        yield (b"/dts-v1/; / { " + b"#address-cells = <0xffffffff>; ranges; n { " * depth +
               b"reg = <1>; " + b"}; " * depth + b"};")


def run_way(way, blobs, folder, files):
    """Looks at the verdict on each; and what import makes of it can be read."""
    words = WAYS[way][1]

    def one(numbered):
        number, blob = numbered
        own = folder / f"{way}-{number}"
        own.mkdir()
        for name in ("xen", "Image", "initrd.cpio", "bcm2711-rpi-4-b.dtb"):
            (own / name).symlink_to(files / name)
        (own / "odd.dtb").write_bytes(blob)
        (own / "x.yaml").write_bytes(DESCRIPTIONS[way])
        done = judge(run_xendtc(*words, cwd=own), f"{way} {number}")
        if way == "import" and not done.returncode:
            again = run_xendtc("check", "--no-files", "-", stdin=done.stdout, cwd=own)
            assert not re.search(rb"error\[E0(1\d\d|201)\]", again.stderr), (number, again.stderr)
        return done.returncode

    return in_parallel(one, enumerate(blobs))


DRAWN = int(os.environ.get("XENDTC_DRAWN", 60))
SEED = int(os.environ.get("XENDTC_SEED", 5))


@pytest.mark.parametrize("way", WAYS)
def test_neighbours_of_trees(way, fixtures, tmp_path):
    """Of trees whose cells, phandles, strings and paths once were a crash."""
    blobs = [make.compile_tree(WAYS[way][0]), *changed_trees(WAYS[way][0], DRAWN, SEED)]
    codes = run_way(way, blobs, tmp_path, fixtures)
    assert codes[0] == 0 and (1 in codes or way == "import")


@pytest.mark.parametrize("offset", [-1, -4, 4, 5, 8, 100, 1 << 20, (1 << 31) - 1, 1 << 31,
                                    (1 << 32) - 1, (1 << 32) - 4, 1 << 32, (1 << 63) - 1, 1 << 64])
@pytest.mark.parametrize("local", [False, True])
def test_fixups_of_overlays(offset, local, own_fixtures, tmp_path):
    """libfdt writes where an overlay tells it to; outside of the property that is nobody's."""
    cells = f"__local_fixups__ {{ fragment@0 {{ __overlay__ {{ p = <{offset & 0xffffffff}>; }}; }}; }};"
    label = f'__fixups__ {{ here = "/fragment@0/__overlay__:p:{offset}"; }};'
    (own_fixtures / "odd.dtbo").write_bytes(make.compile_tree(
        '/dts-v1/; / { fragment@0 { target-path = "/soc"; __overlay__ { p = <0>; }; }; '
        f"{cells if local else label} }};"))
    base = make.tree_source("bcm2711-rpi-4-b.dtb").replace("gic:", "here: gic:")
    (own_fixtures / "labels.dtb").write_bytes(make.compile_tree(base, "-@"))
    text = system("labels.dtb") + b"overlays: [odd.dtbo]\n"
    done = check(text, tmp_path, own_fixtures)
    inside = local and offset & 0xffffffff == 0
    assert done.returncode == (0 if inside else 1), done.stderr.decode()
    assert inside or b"E0521" in done.stderr


@pytest.mark.parametrize("way", WAYS)
def test_headers_of_trees(way, fixtures, tmp_path):
    codes = run_way(way, changed_headers(WAYS[way][0]), tmp_path, fixtures)
    assert 1 in codes or 3 in codes


@pytest.mark.parametrize("way", WAYS)
def test_nested_trees(way, fixtures, tmp_path):
    run_way(way, [make.compile_tree(text.decode()) for text in nested_trees()], tmp_path, fixtures)


# Numbers of the headers of files: each word of 32 bits in front, and those at the end.

HEADERS = {
    "xen": ["xen", "xen-efi", "xen.gz"],
    "kernel": ["Image", "Image.gz", "Image.xz", "Image-efi", "uImage", "uImage.gz", "uImage-bzip2",
               "zImage", "vmlinuz"],
    "ramdisk": ["initrd.cpio", "initrd.cpio.gz", "initrd.cpio.lz4", "cut.cpio.xz",
                "several.cpio.gz", "uRamdisk", "root.tar", "root.tar.gz"],
}


def changed_words(data):
    for at in (*range(0, 128, 4), len(data) - 8, len(data) - 4):
        for word in (b"\0" * 4, b"\x7f" + ONES[1:], ONES, b"\x80\0\0\0", b"\0\0\0\x80"):
            yield data[:at] + word + data[at + 4:]


@pytest.mark.parametrize("kind", HEADERS)
def test_numbers_of_headers(kind, own_fixtures, tmp_path):
    changed = [other for name in HEADERS[kind]
               for other in changed_words((own_fixtures / name).read_bytes())]
    drawn = random.Random(SEED).sample(changed, min(DRAWN, len(changed)))
    spoiled(own_fixtures, tmp_path, kind, drawn)
