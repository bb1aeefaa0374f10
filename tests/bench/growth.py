#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""How time and memory grow with the size of the input: each row at n, 2n and 4n, the best of
three.

    tests/bench/growth.py [ROW...]

Prints a table in Markdown. Twice the input may take a little more than twice the time; four
times as much for twice the input is a loop in a loop. XENDTC names the binary."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
TOP = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "fixtures"))

import make  # noqa: E402

BINARY = Path(os.environ.get("XENDTC", TOP / "build" / "xendtc")).absolute()
LIMIT = 120

HEAD = """\
board: rpi4
memory: 8G
device-tree: {tree}
xen: {{image: xen, cmdline: console=dtuart dtuart=serial1{words}}}
dom0: {{kernel: Image, ramdisk: initrd.cpio, memory: 512M}}
"""


def head(tree="bcm2711-rpi-4-b.dtb", words=""):
    return HEAD.format(tree=tree, words=words)


def guests(n):
    body = "{kernel: Image, memory: 4M, vcpus: 1}"
    return head() + "guests:\n" + "".join(f"  g{i}: {body}\n" for i in range(n))


def aliases(n):
    first = "g: &g {kernel: Image, memory: 4M, vcpus: 1}"
    return head() + f"guests: {{{first}, " + ", ".join(f"g{i}: *g" for i in range(n)) + "}\n"


def channels(n):
    text = head() + "guests:\n" + "".join(
        f"  {name}: {{kernel: Image, memory: 64M, vcpus: 1}}\n" for name in ("net", "app"))
    return text + "event-channels:\n" + "".join(
        f"  - {{net: {i}, app: {i}}}\n" for i in range(1, n))


def words(n):
    return head(words="".join(f" w{i}" for i in range(n)))


def keys_on_one_line(n):
    return "{" + ", ".join(f"k{i}: x" for i in range(n)) + "}\n"


def unknown_keys(n):
    return "board: rpi4\n" + "".join(f"k{i}: x\n" for i in range(n))


def files(n):
    text = head() + "guests:\n"
    return text + "".join(
        f"  g{i}: {{kernel: Image, ramdisk: f{i}, memory: 4M, vcpus: 1}}\n" for i in range(n))


def ranges(n):
    """All at one address: each overlaps all others."""
    return head() + (f"guests:\n  net:\n    kernel: Image\n    memory: {n}M\n    vcpus: 1\n"
                     "    static-memory:\n" + "      - {address: 0x40000000, size: 1M}\n" * n)


def fixed_files(n):
    """The same with files. That they are not there is another finding."""
    return head() + "guests:\n" + "".join(
        f"  g{i}: {{kernel: Image, ramdisk: {{file: f{i}, address: 0x40000000}}, "
        "memory: 4M, vcpus: 1}\n" for i in range(n))


def automatic_ranges(n):
    return head() + "guests:\n" + "".join(
        f"  g{i}: {{kernel: Image, memory: 4M, vcpus: 1, static-memory: auto}}\n"
        for i in range(n))


def with_tree(n):
    return head(tree="grown.dtb")


def anchors(n):
    return "".join(f"k{i}: &a{i} x\n" for i in range(n)) + f"z: *a{n - 1}\n"


def config_guests(n):
    return "XEN=xen\nDOM0_KERNEL=Image\nMEMORY_START=0\nLOAD_CMD=tftpb\nNUM_DOMUS=%d\n" % n + "".join(
        f"DOMU_KERNEL[{i}]=Image\nDOMU_MEM[{i}]=4\n" for i in range(n))


def config_variables(n):
    return "XEN=xen\nDOM0_KERNEL=Image\nMEMORY_START=0\nLOAD_CMD=tftpb\nNUM_DOMUS=0\n" + "".join(
        f"V{i}=$V{max(0, i - 1)}x\n" if i % 50 else f"V{i}=x\n" for i in range(n))


def nodes(n, name="node@{}"):
    many = "".join(f"{name.format(f'{i:x}')} {{ compatible = \"x\"; }};\n" for i in range(n))
    return make.tree_source("bcm2711-rpi-4-b.dtb") + "/ { soc2 {\n" + many + "}; };\n"


def added(*nodes):
    return make.tree_source("bcm2711-rpi-4-b.dtb") + "/ {\n" + "".join(nodes) + "};\n"


def devices(n, high=6, start=0, interrupt=None):
    """Each has a page; all have that interrupt, or with 0 each its own."""
    lines = [f"interrupts = <0 {interrupt or 200 + i} 4>;" if interrupt is not None else ""
             for i in range(n)]
    return added(*(f"d@{i:x} {{ compatible = \"x\"; reg = <{high} {start + 4096 * i} 4096>; "
                   f"{line} }};\n" for i, line in enumerate(lines)))


def labels(n):
    return added("__symbols__ {", *(f"l{i} = \"/soc\";\n" for i in range(n)), "};")


def interrupt_map(n):
    entries = " ".join(f"{i} 1 0 {i % 500} 4" for i in range(n))
    return added("mux { #interrupt-cells = <1>; #address-cells = <0>; "
                 f"interrupt-map-mask = <0xffff>; interrupt-map = <{entries}>;\n",
                 *(f"d{i} {{ compatible = \"x\"; interrupts = <{i}>; }};\n" for i in range(n)),
                 "};")


def import_guests(n):
    many = "".join(
        f"g{i} {{ compatible = \"xen,domain\"; memory = <0 4096>; cpus = <1>; "
        f"k@{i + 1:x}000000 {{ compatible = \"multiboot,kernel\", \"multiboot,module\"; "
        f"reg = <0x1000000 0x1000>; }}; }};\n" for i in range(n))
    return ('/dts-v1/; / { #address-cells = <1>; #size-cells = <1>; compatible = '
            '"raspberrypi,4-model-b"; chosen { #address-cells = <1>; #size-cells = <1>; '
            f'xen,xen-bootargs = "x";\n{many} }}; }};')


def import_channels(n):
    ends = {0: "", 1: ""}
    for i in range(n):
        for side in (0, 1):
            mine, other = 2 * i + side + 1, 2 * i + 2 - side
            ends[side] += (f"e{i} {{ compatible = \"xen,evtchn-v1\"; phandle = <{mine}>; "
                           f"xen,evtchn = <{i + 1} {other}>; }};\n")
    many = "".join(f"g{side} {{ compatible = \"xen,domain\"; memory = <0 4096>; cpus = <1>; "
                   f"{ends[side]} }};\n" for side in (0, 1))
    return ('/dts-v1/; / { compatible = "raspberrypi,4-model-b"; '
            f'chosen {{ xen,xen-bootargs = "x";\n{many} }}; }};')


def import_shared(n):
    many = "".join(
        f"s{i} {{ compatible = \"xen,domain-shared-memory-v1\"; xen,shm-id = \"s{i}\"; "
        f"xen,shared-mem = <{0x50000000 + 4096 * i} {0x60000000 + 4096 * i} 4096>; }};\n"
        for i in range(n))
    return ('/dts-v1/; / { compatible = "raspberrypi,4-model-b"; '
            'chosen { xen,xen-bootargs = "x"; g { #address-cells = <1>; #size-cells = <1>; '
            f'compatible = "xen,domain"; memory = <0 4096>; cpus = <1>;\n{many} }}; }}; }};')


def settings(n):
    return head() + "guests: {g: {kernel: Image, memory: 4M, vcpus: 1}}\n"


def sizes(n):
    return head().replace("memory: 8G", "memory: [" + ", ".join(["8G"] * n) + "]", 1)


def comments(n):
    return head() + "".join(f"# xendtc: allow W0819 because of {i}\n" for i in range(n)) + "boot: {}\n"


def misspelt(n):
    return head() + "guests:\n" + "".join(
        f"  g{i}:\n    kernel: Image\n    memory: 4M\n    vcpsu: 1\n" for i in range(n))


def indented(n):
    """All guests are one space too far to the left of the first."""
    return head() + "guests:\n   g: {kernel: Image, memory: 4M, vcpus: 1}\n" + "".join(
        f"  g{i}: {{kernel: Image, memory: 4M, vcpus: 1}}\n" for i in range(n))


def extended(n):
    return "extends: base.yaml\nguests:\n" + "".join(f"  g{i}: {{memory: 8M}}\n" for i in range(n))


def commands(n):
    return "for i in " + " ".join("1" * 100) + "; do\n" + "frob 1\n" * (n // 100) + "done\n"


def channels_between(n):
    """A tenth as many guests, each with ten channels to the next."""
    many = range(n // 10)
    text = head() + "guests:\n" + "".join(
        f"  g{i}: {{kernel: Image, memory: 4M, vcpus: 1}}\n" for i in many)
    return text + "event-channels:\n" + "".join(
        f"  - {{g{i}: {port}, g{(i + 1) % len(many)}: {100 + port}}}\n"
        for i in many for port in range(1, 11))


def banks(n):
    many = "".join(f"memory@{at:x} {{ device_type = \"memory\"; "
                   f"reg = <{at >> 32} {at & 0xffffffff} 0 0x100000>; }};\n"
                   for at in range(0x100000000, 0x100000000 + n * 0x200000, 0x200000))
    return make.tree_source("bcm2711-rpi-4-b.dtb") + "/ {\n" + many + "};\n"


def reserved(n):
    many = "".join(f"r@{at:x} {{ reg = <0 {at} 0x1000>; }};\n"
                   for at in range(0x10000000, 0x10000000 + n * 0x2000, 0x2000))
    return make.tree_source("bcm2711-rpi-4-b.dtb") + (
        "/ { reserved-memory { #address-cells = <2>; #size-cells = <1>; ranges;\n" + many + "}; };\n")


def reservations(n):
    many = "".join(f"/memreserve/ {at} 0x1000;\n"
                   for at in range(0x10000000, 0x10000000 + n * 0x2000, 0x2000))
    return make.tree_source("bcm2711-rpi-4-b.dtb").replace("/dts-v1/;", "/dts-v1/;\n" + many, 1)


def escapes(n):
    return head().replace("cmdline: console=dtuart", 'cmdline: "' + "\\u00e9\\t" * n + '"', 1)


def passed(n, memory="64M"):
    paths = ", ".join(f"/d@{i:x}" for i in range(n))
    return with_tree(n) + (f"guests:\n  g: {{kernel: Image, memory: {memory}, vcpus: 1, "
                           f"passthrough: [{paths}]}}\n")


def passed_to_many(n):
    return with_tree(n) + "guests:\n" + "".join(
        f"  g{i}: {{kernel: Image, memory: 4M, vcpus: 1, passthrough: [/d@{i:x}]}}\n"
        for i in range(n))


def overlays(n):
    return head() + "overlays: [" + ", ".join(["one.dtbo"] * n) + "]\n"


def xen_properties(n):
    keys = ", ".join(f'"p{i}": "<1>"' for i in range(n))
    return head().replace("{image: xen,", f"{{image: xen, properties: {{{keys}}},", 1)


def own_memory(n):
    return head() + "guests:\n" + "".join(
        f"  g{i}: {{kernel: Image, memory: 4M, vcpus: 1, "
        f"static-memory: [{{address: {0x40000000 + (i << 22):#x}, size: 4M}}]}}\n"
        for i in range(n))


def shared(n):
    text = head() + "guests:\n" + "".join(
        f"  {name}: {{kernel: Image, memory: 64M, vcpus: 1}}\n" for name in "gh")
    return text + "shared-memory:\n" + "".join(
        f"  s{i}: {{size: 4K, owner: g, borrowers: [h]}}\n" for i in range(n))


def shared_by_all(n):
    at = ", ".join(f"g{i}: 0x30000000" for i in range(n))
    return guests(n) + f"shared-memory:\n  s: {{size: 4K, at: {{{at}}}}}\n"


def many_shared_by_all(n):
    """As many guests as a tenth of the shared memories."""
    at = [", ".join(f"g{g}: {0x22800000 + 4096 * i:#x}" for g in range(n // 10)) for i in range(n)]
    return guests(n // 10) + "shared-memory:\n" + "".join(
        f"  s{i}: {{size: 4K, address: auto, at: {{{users}}}}}\n" for i, users in enumerate(at))


def deferred(n):
    return guests(n).replace("vcpus: 1}", "vcpus: 1, boot: false}")


def strays(n):
    """Guests at the left edge, with keys of nothing between them."""
    return head() + "".join(f"g{i}: {{kernel: Image, memory: 4M, vcpus: 1}}\nk{i}: x\n"
                            for i in range(n))


def variables(n):
    return "".join(f"setenv a{i} x{i}\n" for i in range(n))


def tree_edits(n):
    return "fdt addr 0x1000000\n" + "".join(f"fdt set /chosen k{i} x\n" for i in range(n))


def made_and_removed(n):
    return "fdt addr 0x1000000\n" + "".join(f"fdt mknode / k{i}\n" for i in range(n)) + "".join(
        f"fdt rm /k{i}\n" for i in reversed(range(n)))


def terms(n):
    """Each of the guests that it adds up to is a finding at this place."""
    return config_guests(0).replace("NUM_DOMUS=0", f"NUM_DOMUS=$(({'+'.join('1' * n)}))")


def digits(n):
    return head().replace("memory: 512M", "memory: " + "9" * n, 1)


CHECK = ["check", "--files", "{files}"]
MAP = ["map", "--files", "{files}"]
NO_FILES = ["check", "--no-files"]
IMPORT = ["import", "--board", "rpi4", "--memory", "4G"]

# name: n, what makes the description, the command, what makes a tree beside it
ROWS = {
    "guests": (2500, guests, CHECK, None),
    "guests by aliases": (3000, aliases, CHECK, None),
    "event channels": (1000, channels, CHECK, None),
    "words of one command line": (1000, words, CHECK, None),
    "keys on one line": (12000, keys_on_one_line, CHECK, None),
    "unknown keys": (12000, unknown_keys, CHECK, None),
    "anchors": (12000, anchors, CHECK, None),
    "files": (500, files, CHECK, None),
    "ranges at one address": (500, ranges, CHECK, None),
    "files at one address": (500, fixed_files, NO_FILES, None),
    "ranges that xendtc places": (250, automatic_ranges, NO_FILES, None),
    "values of --set": (250, settings, lambda n: [*CHECK, *(
        w for i in range(n) for w in ("--set", f"guests.g{i}.memory=4M"))], None),
    "sizes of memory": (1000, sizes, CHECK, None),
    "comments that allow": (5000, comments, CHECK, None),
    "keys that --fix mends": (1000, misspelt, [*CHECK, "--diff"], None),
    "lines that --fix indents": (2500, indented, [*CHECK, "--diff"], None),
    "guests that are extended": (1500, extended, CHECK, None),
    "commands of a script": (2500, commands, IMPORT, None),
    "nodes of a tree": (2000, with_tree, CHECK, nodes),
    "devices of a tree": (2000, with_tree, CHECK, devices),
    "guests of a config": (1000, config_guests, IMPORT, None),
    "variables of a config": (10000, config_variables, IMPORT, None),
    "event channels between guests": (1000, channels_between, CHECK, None),
    "banks of a tree": (500, with_tree, CHECK, banks),
    "reserved memory of a tree": (500, with_tree, CHECK, reserved),
    "reservations of a tree": (500, with_tree, CHECK, reservations),
    "characters with escapes": (20000, escapes, CHECK, None),
    "devices of passthrough": (500, passed, CHECK, devices),
    "devices with interrupts": (500, passed, CHECK, lambda n: devices(n, interrupt=0)),
    "devices of one interrupt": (500, passed, CHECK, lambda n: devices(n, interrupt=200)),
    "devices at another address": (500, lambda n: passed(n, "4G"), CHECK,
                                   lambda n: devices(n, 0, 0xfc400000)),
    "guests with a device each": (500, passed_to_many, CHECK, devices),
    "labels of a tree": (2000, with_tree, ["build", "--files", "{files}"], labels),
    "entries of an interrupt-map": (1000, with_tree, CHECK, interrupt_map),
    "overlays": (125, overlays, CHECK, None),
    "properties for Xen": (2500, xen_properties, CHECK, None),
    "guests with static memory": (500, own_memory, CHECK, None),
    "shared memory": (500, shared, CHECK, None),
    "guests of one shared memory": (250, shared_by_all, CHECK, None),
    "shared memory of many guests": (75, many_shared_by_all, CHECK, None),
    "guests with equal files": (1250, deferred, CHECK, None),
    "guests at the left edge": (500, strays, CHECK, None),
    **{f"findings as {form}": (2500, unknown_keys, [*CHECK, "--format", form], None)
       for form in ("short", "json", "sarif", "junit", "gitlab", "github")},
    "guests of a map": (1250, guests, MAP, None),
    "deferred guests of a map": (1250, deferred, MAP, None),
    "files of init": (2500, with_tree, ["init", "{files}"], None),
    "variables of a script": (2500, variables, IMPORT, None),
    "properties that a script sets": (2500, tree_edits, IMPORT, None),
    "nodes that a script makes": (1000, made_and_removed, IMPORT, None),
    "terms of a config's arithmetic": (5000, terms, IMPORT, None),
    "digits of a number": (50000, digits, CHECK, None),
    "guests of an imported tree": (500, None, IMPORT, import_guests),
    "channels of an imported tree": (500, None, IMPORT, import_channels),
    "shared memory of a tree": (1000, None, IMPORT, import_shared),
}


def measure(words, folder):
    """Seconds of the processor, MiB at the peak, status."""
    def limits():
        resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))

    start = time.monotonic()
    child = subprocess.Popen([BINARY, *words], cwd=folder, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, preexec_fn=limits)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, child.returncode, \
        time.monotonic() - start


def prepare(row, n, folder):
    _, text, command, tree = ROWS[row]
    files = folder / "files"
    blob = files / "grown.dtb"
    if tree:
        blob.write_bytes(make.compile_tree(tree(n)))
    for i in range(n if row in ("files", "files of init") else 0):
        (files / f"f{i}").write_bytes(b"070701" + b"0" * 4000 + str(i).encode())
    if row == "overlays":
        (files / "one.dtbo").write_bytes(make.compile_tree(
            '/dts-v1/; / { fragment@0 { target-path = "/"; __overlay__ { one = "x"; }; }; };'))
    if row == "guests that are extended":
        (folder / "base.yaml").write_text(guests(n))
    words = [w.format(files=files) for w in (command(n) if callable(command) else command)]
    if not text:
        return [*words, blob]
    if row == "files of init":
        return words
    (folder / "system.yaml").write_text(text(n))
    return [*words, "system.yaml"]


def main():
    wanted = sys.argv[1:] or list(ROWS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "files").mkdir()
        make.make(folder / "files")
        print("| of what | n | s | MiB | 2n | s | MiB | 4n | s | MiB | exit |\n"
              "|---|---|---|---|---|---|---|---|---|---|---|")
        for row in wanted:
            cells = [row]
            for factor in (1, 2, 4):
                n = ROWS[row][0] * factor
                words = prepare(row, n, folder)
                seconds, peak, status, _ = min(measure(words, folder) for _ in range(3))
                cells += [n, f"{seconds:.2f}", f"{peak:.0f}"]
                if status < 0:
                    break
            print("| " + " | ".join(str(c) for c in [*cells, status]) + " |", flush=True)


if __name__ == "__main__":
    main()
