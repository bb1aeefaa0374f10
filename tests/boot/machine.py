# SPDX-License-Identifier: BSD-2-Clause
"""Turns a folder that xendtc wrote into a booting QEMU machine, and watches its console.

Three ways to boot: U-Boot with a TFTP server (virt), U-Boot with an SD card (raspi4b), and
direct, where every file is in memory beforehand at the address manifest.json gives.
"""

import contextlib
import json
import os
import re
import select
import socket
import struct
import subprocess
import time
from pathlib import Path

QEMU = "qemu-system-aarch64"
MIB = 1 << 20

VIRT_RAM = 0x40000000
VIRT_RAM_SIZE = 2048 * MIB
SMALL_SIZE = 64 << 10
GUEST_UART = 0x22000000
VIRT_UART = 0x9000000

# What U-Boot learns from the mailbox of QEMU's raspi4b and writes into /memory@0.
RASPI4B_RAM_SIZE = 960 * MIB

# Once one of these is on the console, the boot cannot end well.
FATAL = (
    # U-Boot
    "TFTP error",
    "Failed to load '",
    "overwrite reserved memory",
    "Wrong image format for",
    "Bad header crc",
    "Bad data crc",
    "Bad Linux ARM64 Image magic",
    "kernel_comp_addr_r or kernel_comp_size is not provided",
    "Did not find a cmdline Flattened Device Tree",
    "FDT and ATAGS support not compiled in",
    "FDT creation failed",
    '"Synchronous Abort"',
    "SCRIPT FAILED",
    # Xen and Linux
    "Panic on CPU",
    "Xen BUG at",
    "Unexpected Trap",
    "Kernel panic - not syncing",
)

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


class BootFailed(Exception):
    """Says what went wrong, the console's last lines, and where the whole log is."""


class Console:
    """What the machine has said so far: whole lines, each with its time, and the last part."""

    def __init__(self, log):
        self.start = time.monotonic()
        self.lines = []
        self.rest = ""
        self.log = log

    def now(self):
        return time.monotonic() - self.start

    def feed(self, data):
        """Take bytes from the machine; return the lines they completed or began."""
        text = self.rest + data.decode("utf-8", "replace")
        *whole, self.rest = text.split("\n")
        for line in whole:
            self.note(ESCAPES.sub("", line))
        return [ESCAPES.sub("", line) for line in (*whole, self.rest)]

    def note(self, line):
        self.lines.append(line)
        self.log.write(f"[{self.now():7.2f}] {line}\n")
        self.log.flush()

    def tail(self, count=25):
        """The last lines, without the marks by which TFTP shows that it goes on."""
        lines = [line for line in [*self.lines, self.rest] if line.strip("#\t ")]
        return "\n".join(lines[-count:])


class Machine:
    """A QEMU command that can be started and watched once."""

    def __init__(self, work, command, xen_address, ram_end=None):
        self.work = Path(work)
        self.log = self.work / "console.log"
        self.monitor = self.work / "monitor"
        self.xen_address = xen_address
        self.ram_end = ram_end
        self.command = [
            QEMU, *command, "-nodefaults", "-display", "none", "-no-reboot",
            "-monitor", f"unix:{self.monitor},server=on,wait=off"]

    def watch(self, wanted, forbidden=FATAL, timeout=240, idle=120, linger=0, dump=None,
              typed=""):
        """Boot until every wanted text or pattern was on one line of the console.

        Returns {wanted: the line}. Raises BootFailed at a forbidden line, after `timeout`
        seconds, after `idle` seconds of silence, both without those in which others had the CPUs,
        or if the machine stops. With `linger`, the forbidden lines are looked for that many seconds
        longer. `dump` is memory to save at the end: (address, size, path). `typed` is typed into the
        console when Xen has started.
        """
        with self.log.open("w") as log, self.running() as qemu:
            console = Console(log)
            console.note("# " + " ".join(map(str, self.command)))
            try:
                seen = follow(qemu, console, list(wanted), forbidden, timeout, idle, linger,
                              typed)
                if dump:
                    self.ask_monitor('stop\npmemsave {:#x} {:#x} "{}"\nquit\n'.format(*dump))
                return seen
            except BootFailed as failure:
                ring = self.console_ring(qemu)
                log.write(f"# FAILED: {failure}\n" + "".join(f"[ring] {s}\n" for s in ring))
                raise BootFailed(self.report(failure, console, ring)) from None

    @contextlib.contextmanager
    def running(self):
        qemu = subprocess.Popen(self.command, stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            yield qemu
        finally:
            qemu.terminate()
            try:
                qemu.wait(5)
            except subprocess.TimeoutExpired:
                qemu.kill()
                qemu.wait()
            qemu.stdin.close()
            qemu.stdout.close()

    def report(self, failure, console, ring):
        text = f"{failure}\n--- console ({self.log}):\n{console.tail()}"
        if ring:
            text += "\n--- Xen's console ring:\n" + "\n".join(ring[-25:])
        return text

    def console_ring(self, qemu):
        """Lines of Xen's console ring, from guest memory.

        Before Xen has a UART, what it says is nowhere else: "Invalid device tree blob" is a
        silent console.
        """
        dump = self.work / "xen.memory"
        if qemu.poll() is not None or self.xen_address is None:
            return []
        try:
            self.ask_monitor(f'stop\npmemsave {self.xen_address:#x} {4 * MIB:#x} "{dump}"\nquit\n')
            return ring_lines(dump.read_bytes())
        except OSError as error:
            return [f"(not readable: {error})"]

    def ask_monitor(self, commands):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(20)
            s.connect(str(self.monitor))
            s.sendall(commands.encode())
            while s.recv(65536):
                pass

    def watch_ring(self, wanted, timeout=60):
        """Boot until lines of Xen's console ring match all of `wanted`. Xen may be mute."""
        with self.log.open("w") as log, self.running() as qemu:
            console = Console(log)
            console.note("# " + " ".join(map(str, self.command)))
            lines, lacking = [], list(wanted)
            while console.now() < timeout:
                console.feed(read(qemu, 0.2) or b"")
                lines = self.peek(qemu)
                lacking = [w for w in lacking if not any(matches(w, line) for line in lines)]
                if not lacking:
                    return
            failure = BootFailed(f"not in the ring within {timeout} s: {lacking}")
            log.write(f"# FAILED: {failure}\n" + "".join(f"[ring] {s}\n" for s in lines))
            raise BootFailed(self.report(failure, console, lines))

    def peek(self, qemu):
        """The ring's lines so far, while the machine goes on. With its CPUs up, Xen moves it from
        its own memory to the end of its heap."""
        places = [self.xen_address] + ([self.ram_end - 4 * MIB] if self.ram_end else [])
        return [line for at in places for line in self.peek_at(qemu, at)]

    def peek_at(self, qemu, address):
        if qemu.poll() is not None:
            raise BootFailed("the machine stopped")
        dump = self.work / "xen.memory"
        dump.unlink(missing_ok=True)
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as s:
            s.settimeout(20)
            s.connect(str(self.monitor))
            s.sendall(f'pmemsave {address:#x} {4 * MIB:#x} "{dump}"\n'.encode())
            answer = b""
            while answer.count(b"(qemu) ") < 2:
                answer += s.recv(65536) or b"(qemu) "
            return ring_lines(dump.read_bytes())
        return []


def ring_lines(memory):
    """The printed lines in a memory dump; in format strings no "(XEN) " comes first."""
    texts = re.findall(rb"\(XEN\) [^\0]*", memory)
    return [line for text in texts for line in text.decode("latin-1").splitlines()
            if line != "(XEN) "]


def matches(pattern, line):
    return pattern.search(line) if isinstance(pattern, re.Pattern) else pattern in line


def waits(pid):
    """For each thread of a process the seconds that it waited for a CPU which others had (proc(5), schedstat)."""
    found = {}
    for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError, IndexError):
            found[path.parent.name] = int(path.read_text().split()[1]) / 1e9
    return found


class Patience:
    """Seconds in which a machine could do something: a tenth of all at least, so that there is an end.

    U-Boot says nothing while it reads a kernel from QEMU's card. Where more runs than there are CPUs, that is
    minutes, and no fault.
    """

    def __init__(self, pid):
        self.pid = pid
        self.seen = waits(pid)
        self.last = time.monotonic()
        self.spent = 0.0

    def now(self):
        now, seen = time.monotonic(), waits(self.pid)
        waited = max((wait - self.seen.get(thread, wait) for thread, wait in seen.items()), default=0.0)
        passed = now - self.last
        self.spent += max(passed - waited, passed / 10)
        self.last, self.seen = now, seen
        return self.spent


XEN_STARTED = re.compile("Freed .* init memory")


def follow(qemu, console, wanted, forbidden, timeout, idle, linger, typed=""):
    seen = {}
    patience = Patience(qemu.pid)
    heard = 0.0
    done = None
    while done is None or console.now() - done < linger:
        lacking = "; missing: " + ", ".join(
            getattr(w, "pattern", w) for w in wanted if w not in seen)
        now = patience.now()
        if now > timeout:
            raise BootFailed(f"not done in {timeout} s{lacking}")
        if now - heard > idle:
            raise BootFailed(f"silent for {idle} s{lacking}")
        data = read(qemu, 0.2)
        if data is None:
            raise BootFailed(f"the machine stopped{lacking}")
        if data:
            heard = now
        for line in console.feed(data):
            if any(matches(f, line) for f in forbidden):
                listen_on(qemu, console)
                raise BootFailed(f"forbidden on the console: {line}")
            seen.update((w, line) for w in wanted if w not in seen and matches(w, line))
            if len(seen) == len(wanted) and not linger:
                return seen  # what else came with it no longer counts
            if typed and matches(XEN_STARTED, line):
                os.write(qemu.stdin.fileno(), typed.encode())
                typed = ""
        if done is None and len(seen) == len(wanted):
            done = console.now()
    return seen


def listen_on(qemu, console):
    """A moment more: the reason follows "Panic on CPU 0:"."""
    end = console.now() + 1
    data = b""
    while data is not None and console.now() < end:
        console.feed(data)
        data = read(qemu, 0.2)


def read(qemu, seconds):
    """What the machine says within that time, perhaps nothing; None when it has stopped."""
    if not select.select([qemu.stdout], [], [], seconds)[0]:
        return b""
    return os.read(qemu.stdout.fileno(), 65536) or None


# --- what xendtc wrote


def manifest(out):
    return json.loads((Path(out) / "manifest.json").read_text())["files"]


def address_of(out, role):
    """Where the file with that role is loaded; None if there is none."""
    for entry in manifest(out):
        if entry["role"] == role and entry.get("address"):
            return int(entry["address"], 16)
    return None


def name_of(out, role):
    """The name of the first file with that role."""
    return next(e["name"] for e in manifest(out) if e["role"] == role)


def change_scripts(out, edits):
    """Edits of sed, in what goes onto the boot medium and in what that fetches."""
    before = {path: path.read_text() for path in out.glob("boot*.source")}
    for path in before:
        subprocess.run(["sed", "-E", "-i", "\n".join(edits), path], check=True)
        subprocess.run(["mkimage", "-A", "arm64", "-T", "script", "-C", "none", "-d", path,
                        path.with_suffix(".scr")], check=True, stdout=subprocess.DEVNULL)
    assert any(path.read_text() != text for path, text in before.items())


# --- kernels


def clear_bss(size):
    """Code that clears what follows the kernel, as Linux does, and sleeps if its tree was there."""
    code = (
        0x1007FE01,  # adr x1, end of the file
        0x580001A2,  # ldr x2, size
        0x8B010042,  # add x2, x2, x1
        0xF800843F,  # next: str xzr, [x1], #8
        0xEB02003F,  # cmp x1, x2
        0x54FFFFC3,  # b.lo next
        0xB9400003,  # ldr w3, [x0]
        0x180000A4,  # ldr w4, magic
        0x6B04007F,  # cmp w3, w4
        0x540000E0,  # b.eq the rest
        0xD503207F,  # sleep: wfi
        0x17FFFFFF,  # b sleep
        0xEDFE0DD0,  # magic of a tree
        0xD503201F,  # nop
    )
    return struct.pack("<14IQ", *code, size)


SHARED = 0x10000000     # where small kernels have shared memory
SHARED_GIC = 0x03003000  # the same, over a part of the emulated GIC, whichever it is


WAIT = struct.pack("<2I", 0xD503207F, 0xD503201F)  # wfi, nop


def put_word(at):
    """Machine code that writes a word to shared memory."""
    return struct.pack(
        "<4I",
        0xD2A00003 | at >> 16 << 5,  # mov x3, #at (its upper half)
        0xF2800003 | (at & 0xFFFF) << 5,  # movk x3, #at (its lower half)
        0xD28ACF04,  # mov x4, #0x5678
        0xF9000064,  # str x4, [x3]
    )


def get_word(at):
    """Machine code that waits for that word."""
    wait = (
        0xF9400065,  # again: ldr x5, [x3]
        0xEB0400BF,  # cmp x5, x4
        0x54FFFFC1,  # b.ne again
    )
    return put_word(at)[:12] + struct.pack("<3I", *wait)


def image(code, bss=0):
    """An arm64 Image of that code."""
    header = struct.pack("<IIQQQQQQ4sI", 0xD503201F, 0x1400000F, 0, SMALL_SIZE + bss, 0xA, 0, 0,
                         0, b"ARM\x64", 0)
    return (header + code).ljust(SMALL_SIZE, b"\0")


def small_kernel(name, uart=False, at=GUEST_UART, bss=0, before=b"", peek=None):
    """An arm64 Image that says "SMALL-READY name=NAME" and sleeps: by the vpl011's register, or
    by the hypercall console_io, which dom0 may use and guests where Xen has guest_loglvl=all.

    It says so eight times, for others may speak in the middle of a line. `before` is done first.
    With `peek` it says what it finds at that address instead.
    """
    text = f"SMALL-READY name={name} by={'uart' if uart else 'xen'}\n".encode()
    by_uart = (
        0xD2800109,  # mov x9, #8
        0x580001A0,  # ldr x0, last literal
        0x100001C1,  # again: adr x1, text
        0x38401422,  # next: ldrb w2, [x1], #1
        0x34000062,  # cbz w2, pause
        0xB9000002,  # str w2, [x0]
        0x17FFFFFD,  # b next
        0xD2A02003,  # pause: mov x3, #0x1000000
        0xF1000463,  # count: subs x3, x3, #1
        0x54FFFFE1,  # b.ne count
        0xF1000529,  # subs x9, x9, #1
        0x54FFFEE1,  # b.ne again
        0xD503207F,  # sleep: wfi
        0x17FFFFFF,  # b sleep
    )
    by_xen = (
        0xD2800109,  # mov x9, #8
        0xD2800000,  # again: mov x0, #0 (CONSOLEIO_write)
        0xD2800001 | len(text) << 5,  # mov x1, #length
        0x100001A2,  # adr x2, text
        0xD2800250,  # mov x16, #18 (console_io)
        0xD401D422,  # hvc #0xea1
        0xD2A02003,  # mov x3, #0x1000000
        0xF1000463,  # count: subs x3, x3, #1
        0x54FFFFE1,  # b.ne count
        0xF1000529,  # subs x9, x9, #1
        0x54FFFEE1,  # b.ne again
        0xD503207F,  # sleep: wfi
        0x17FFFFFF,  # b sleep
        0xD503201F,  # nop
    )
    if peek:
        by_uart = (*by_uart[:2], 0x580001C1, *by_uart[3:])  # again: ldr x1, text
        text = struct.pack("<Q", peek)
    code = before + struct.pack("<14IQ", *(by_uart if uart else by_xen), at) + text
    return image((clear_bss(bss) if bss else b"") + code, bss)


def tree_kernel():
    """An Image that says all text in its device tree, by console_io, and then TREE-SAID."""
    code = (
        0xAA0003F3,  # mov x19, x0
        0xB9400414,  # ldr w20, [x0, #4] (size of the tree)
        0x5AC00A94,  # rev w20, w20
        0x52800155,  # mov w21, #10
        0x38401676,  # next: ldrb w22, [x19], #1
        0x510082C1,  # sub w1, w22, #' '
        0x7101783F,  # cmp w1, #'~' - ' '
        0x54000049,  # b.ls printable
        0x52800156,  # mov w22, #10
        0x71002ADF,  # printable: cmp w22, #10
        0x7A4A0AA0,  # ccmp w21, #10, #0, eq
        0x2A1603F5,  # mov w21, w22
        0x540000E0,  # b.eq skip
        0x100001C2,  # adr x2, character
        0x39000056,  # strb w22, [x2]
        0xD2800021,  # mov x1, #1
        0xD2800000,  # mov x0, #0 (CONSOLEIO_write)
        0xD2800250,  # mov x16, #18 (console_io)
        0xD401D422,  # hvc #0xea1
        0x71000694,  # skip: subs w20, w20, #1
        0x54FFFE01,  # b.ne next
        0xD2800000,  # mov x0, #0
        0xD2800141,  # mov x1, #10 (length of the text)
        0x100000A2,  # adr x2, text
        0xD401D422,  # hvc #0xea1
        0xD503207F,  # sleep: wfi
        0x17FFFFFF,  # b sleep
        0xD503201F,  # character
    )
    return image(struct.pack("<28I", *code) + b"TREE-SAID\n")


def line_kernel():
    """An Image for dom0 that says Xen's command line as `xl info` gets it."""
    code = (
        0xD2800120,  # mov x0, #9 (XENVER_commandline)
        0x10000161,  # adr x1, line
        0xD2800230,  # mov x16, #17 (xen_version)
        0xD401D422,  # hvc #0xea1
        0xD2800000,  # mov x0, #0 (CONSOLEIO_write)
        0xD2808001,  # mov x1, #1024
        0x100000C2,  # adr x2, line
        0xD2800250,  # mov x16, #18 (console_io)
        0xD401D422,  # hvc #0xea1
        0xD503207F,  # sleep: wfi
        0x17FFFFFF,  # b sleep
        0xD503201F,  # nop
    )
    return image(struct.pack("<12I", *code))


# --- media


def sd_card(image, files, size=256 * MIB):
    """A card as the Pi wants it: an MBR, one bootable FAT32 partition at 1 MiB, the files on it.

    QEMU takes only sizes that are a power of two.
    """
    with open(image, "wb") as f:
        f.truncate(size)
    subprocess.run(["sfdisk", "--quiet", image], check=True, stdout=subprocess.DEVNULL,
                   input=b"label: dos\nstart=2048, type=c, bootable\n")
    partition = f"{image}@@1M"
    subprocess.run(["mformat", "-i", partition, "-F", "-v", "BOOT", "-H", "2048",
                    "-T", str(size // 512 - 2048), "-h", "255", "-s", "63", "::"], check=True)
    for folder in sorted({name.rpartition("/")[0] for name in files} - {""}):
        subprocess.run(["mmd", "-i", partition, f"::{folder}"], check=True)
    for name, path in files.items():
        subprocess.run(["mcopy", "-o", "-i", partition, path, f"::{name}"], check=True)
    return image


CARD = "sdcard.img"


def card_of(out):
    """The card that xendtc made, as a QEMU drive. What the machine writes is not kept."""
    return f"format=raw,snapshot=on,file={Path(out) / CARD}"


def loader(path, address):
    return ["-device", f"loader,file={path},addr={address:#x},force-raw=on"]


def preloaded(work, out, replaced):
    """QEMU arguments that put each file where boot2.scr would load it."""
    files = []
    for entry in manifest(out):
        if entry.get("address") and entry["role"] != "script":
            path = replaced.get(entry["role"], Path(out) / entry["name"])
            files.append((int(entry["address"], 16), path))
    return [word for address, path in without_overlaps(work, files)
            for word in loader(path, address)]


def without_overlaps(work, files):
    """QEMU refuses files that overlap: lay the later ones over the earlier, as U-Boot does."""
    groups = []
    for address, path in sorted(files, key=lambda f: f[0]):
        end = address + Path(path).stat().st_size
        if groups and address < groups[-1][1]:
            groups[-1][1] = max(groups[-1][1], end)
        else:
            groups.append([address, end])
    for start, end in groups:
        inside = [(a, p) for a, p in files if start <= a < end]
        if len(inside) == 1:
            yield inside[0]
            continue
        memory = bytearray(end - start)
        for address, path in inside:
            contents = Path(path).read_bytes()
            memory[address - start:address - start + len(contents)] = contents
        path = Path(work) / f"{start:x}.bin"
        path.write_bytes(memory)
        yield start, path


def entry_code(xen, tree):
    """Machine code that enters Xen as booti does: x0 = device tree, x1 to x3 = 0."""
    code = (
        0x580000C0,  # ldr x0, tree
        0xD2800001,  # mov x1, #0
        0xD2800002,  # mov x2, #0
        0xD2800003,  # mov x3, #0
        0x58000084,  # ldr x4, xen
        0xD61F0080,  # br x4
    )
    return struct.pack("<6I2Q", *code, tree, xen)


def write_entry_code(work, out):
    path = Path(work) / "entry.bin"
    path.write_bytes(entry_code(address_of(out, "xen"), address_of(out, "device-tree")))
    return path


def firmware(xen, tree):
    """Firmware for a GICv2 and one CPU: its calls are PSCI's 1.1 and SMCCC's 1.1, which QEMU's own
    are not. It answers their versions, has every feature that is asked for, and no more."""
    start = (
        0x58000300,  # ldr x0, distributor
        0x12800001,  # mov w1, #-1
        0x52800122,  # mov w2, #9
        0xB9008001,  # next: str w1, [x0, #0x80] (GICD_IGROUPR: not secure)
        0x91001000,  # add x0, x0, #4
        0x51000442,  # sub w2, w2, #1
        0x35FFFFA2,  # cbnz w2, next
        0x58000260,  # ldr x0, cpu_interface
        0x52801FE1,  # mov w1, #0xff
        0xB9000401,  # str w1, [x0, #4] (GICC_PMR)
        0xD2810001,  # mov x1, #0x800
        0xD51EC001,  # msr vbar_el3, x1
        0xD280A621,  # mov x1, #0x531
        0xD51E1101,  # msr scr_el3, x1 (64 bits, HVC, not secure)
        0xD51E115F,  # msr cptr_el3, xzr
        0xD2807921,  # mov x1, #0x3c9
        0xD51E4001,  # msr spsr_el3, x1 (EL2)
        0x58000161,  # ldr x1, xen
        0xD51E4021,  # msr elr_el3, x1
        0x58000160,  # ldr x0, tree
        0xD2800001,  # mov x1, #0
        0xD2800002,  # mov x2, #0
        0xD2800003,  # mov x3, #0
        0xD69F03E0,  # eret
    )
    call = (
        0x12005C02,  # and w2, w0, #0xffffff
        0x52A00020,  # mov w0, #0x10000
        0x32000000,  # orr w0, w0, #1
        0x340000A2,  # cbz w2, back (a version)
        0x52800000,  # mov w0, #0
        0x7100285F,  # cmp w2, #10 (PSCI_FEATURES)
        0x54000040,  # b.eq back
        0x12800000,  # mov w0, #-1
        0xD69F03E0,  # back: eret
    )
    words = struct.pack("<24I4Q", *start, 0x8000000, 0x8010000, xen, tree)
    return words.ljust(0xc00, b"\0") + struct.pack("<9I", *call)


# --- machines


def virt(gic, ram=VIRT_RAM_SIZE, cpu="cortex-a57", more=()):
    return ["-M", f"virt,virtualization=on,gic-version={gic}", "-cpu", cpu,
            "-smp", "2", "-m", f"{ram // MIB}M", "-serial", "stdio", *more]


def virt_tree(path, inputs, *how):
    """The tree of that machine, as tools/inputs.sh takes it."""
    subprocess.run([QEMU, *virt(*how), "-nodefaults", "-display", "none",
                    "-M", f"dumpdtb={path},dtb-randomness=off",
                    "-bios", inputs / "u-boot-qemu_arm64.bin"], check=True, capture_output=True)
    return path


def raspi4b(uart=1):
    """The console is the second UART, the mini-UART; the first is the PL011."""
    other = ["-serial", "null"]
    return ["-M", "raspi4b", *other * uart, "-serial", "stdio"]


def virt_tftp(work, out, uboot, gic, server="10.0.2.2"):
    """U-Boot finds boot.scr on a card and all else on QEMU's TFTP server, whose root is `out`."""
    network = server.rsplit(".", 1)[0] + ".0/24"
    card = virt_card(out)
    if not (Path(out) / "sdcard.img").exists():
        image = sd_card(Path(work) / "disk.img", {"boot.scr": Path(out) / "boot.scr"})
        card = ["-drive", f"if=none,id=disk,format=raw,file={image}",
                "-device", "virtio-blk-pci,drive=disk"]
    return Machine(work, [
        *virt(gic), "-bios", uboot, *card,
        "-netdev", f"user,id=net,net={network},host={server},tftp={out}",
        "-device", "virtio-net-pci,netdev=net,romfile=",
    ], address_of(out, "xen"))


DISKS = {
    "virtio": ["-device", "virtio-blk-pci,drive=virtio"],
    "nvme": ["-device", "nvme,drive=nvme,serial=1"],
    "scsi": ["-device", "ahci,id=ahci", "-device", "ide-hd,drive=scsi,bus=ahci.0"],
    "usb": ["-device", "usb-ehci", "-device", "usb-storage,drive=usb"],
}


def virt_disks(work, out, uboot, *how, disks):
    """A disk of each kind: disks is {interface: {name on it: path}}. U-Boot finds boot.scr on
    the virtio disk, and TFTP's root is `out`."""
    words = []
    for kind, files in disks.items():
        if kind == "virtio":
            files = {**files, "boot.scr": first_script(out)}
        image = sd_card(Path(work) / f"{kind}.img", files)
        words += ["-drive", f"if=none,id={kind},format=raw,file={image}", *DISKS[kind]]
    return Machine(work, [
        *virt(*how), "-bios", uboot, *words,
        "-netdev", f"user,id=net,tftp={out}", "-device", "virtio-net-pci,netdev=net,romfile=",
    ], address_of(out, "xen"))


def first_script(out):
    """What goes onto the boot medium as boot.scr: without a server boot2.scr does."""
    path = Path(out) / "boot.scr"
    return path if path.exists() else path.with_name("boot2.scr")


def virt_card(out):
    return ["-drive", f"if=none,id=disk,{card_of(out)}",
            "-device", "virtio-blk-pci,drive=disk"]


def virt_disk(work, out, uboot, gic):
    """U-Boot finds everything on the card, which is a virtio disk here."""
    return Machine(work, [*virt(gic), "-bios", uboot, *virt_card(out)], address_of(out, "xen"))


UEFI = "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"


def virt_uefi(work, out, gic):
    """EDK2's shell starts xen.efi, which reads the other files from its own partition. The places
    of files are the firmware's choice, Xen's too: its ring cannot be read."""
    files = {p.name: p for p in sorted(Path(out).iterdir()) if p.is_file()}
    files["startup.nsh"] = Path(work) / "startup.nsh"
    files["startup.nsh"].write_text("fs0:\nxen.efi\n")
    disk = sd_card(Path(work) / "esp.img", files)
    return Machine(work, [
        *virt(gic), "-bios", UEFI,
        "-drive", f"if=none,id=disk,format=raw,file={disk}",
        "-device", "virtio-blk-device,drive=disk",
    ], None)


def virt_uefi_card(work, out, gic):
    """EDK2 finds everything on the card, which is a virtio disk here, and asks nobody."""
    return Machine(work, [*virt(gic), "-bios", UEFI, *virt_card(out)], None)


def raspi4b_card(work, out, uboot, tree):
    """U-Boot finds everything on the SD card. QEMU takes the firmware's part: it loads U-Boot
    and the tree for it."""
    return Machine(work, [
        *raspi4b(), "-kernel", uboot, "-dtb", tree, "-drive", f"if=sd,{card_of(out)}",
    ], address_of(out, "xen"))


def virt_direct(work, out, gic, ram=VIRT_RAM_SIZE, cpu="cortex-a57", more=()):
    """No U-Boot: the first CPU starts at our code in the last page of memory."""
    entry = VIRT_RAM + ram - 4096
    return Machine(work, [
        *virt(gic, ram, cpu, more), *preloaded(work, out, {}),
        *loader(write_entry_code(work, out), entry),
        "-device", f"loader,addr={entry:#x},cpu-num=0",
    ], address_of(out, "xen"), VIRT_RAM + ram)


def virt_firmware(work, out, *how):
    """No U-Boot: our firmware starts Xen."""
    path = Path(work) / "firmware.bin"
    path.write_bytes(firmware(address_of(out, "xen"), address_of(out, "device-tree")))
    return Machine(work, [*virt(*how), *preloaded(work, out, {}), "-bios", path],
                   address_of(out, "xen"))


def raspi4b_direct(work, out, uart=1):
    """No U-Boot; but someone has to fill in the memory's size, as U-Boot does."""
    tree = Path(work) / "filled-in.dtb"
    tree.write_bytes((Path(out) / name_of(out, "device-tree")).read_bytes())
    subprocess.run(["fdtput", "-t", "x", tree, "/memory@0", "reg",
                    "0", "0", f"{RASPI4B_RAM_SIZE:x}"], check=True)
    return Machine(work, [
        *raspi4b(uart), "-kernel", write_entry_code(work, out),
        *preloaded(work, out, {"device-tree": tree}),
    ], address_of(out, "xen"))
