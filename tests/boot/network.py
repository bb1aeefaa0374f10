# SPDX-License-Identifier: BSD-2-Clause
"""A network of one board and one TFTP server, in a network namespace of its own.

Run as a program inside the namespace (`unshare --net`), it makes a tap device, starts the server
on it and carries frames between the tap and QEMU, which is outside and is reached by two Unix
sockets in `work`. How many frames the board sent is in the file `asked` there afterwards. Nothing
of it is on the machine's own network, and all ends with this program.

    network.py WORK FOLDER SERVER DELAY     SERVER is dnsmasq, tftpd-hpa or atftpd with its program,
                                            as "tftpd-hpa=/path/in.tftpd"; DELAY in seconds is what
                                            each frame of the server waits
"""

import collections
import contextlib
import fcntl
import os
import select
import shutil
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

SERVER = "10.0.2.2"

# linux/if_tun.h
TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 2, 0x1000


def server_command(server, folder):
    """How each server is started: in the foreground, for this address and folder alone."""
    name, _, program = server.partition("=")
    return {
        "dnsmasq": [program, "--keep-in-foreground", "--conf-file=/dev/null", "--port=0",
                    "--enable-tftp", f"--tftp-root={folder}", f"--listen-address={SERVER}",
                    "--bind-interfaces", "--user=root", "--pid-file="],
        "tftpd-hpa": [program, "--foreground", "--listen", "--address", f"{SERVER}:69",
                      "--user", "root", "--secure", folder],
        "atftpd": [program, "--daemon", "--no-fork", "--bind-address", SERVER,
                   "--user", "root", "--group", "root", folder],
    }[name]


def find_program(name, inputs):
    """The server's program: the machine's own, or what tools/inputs.sh unpacked; None if neither."""
    for path in (inputs / name, shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")):
        if path and Path(path).exists():
            return path
    return None


def namespaces():
    """The words that run a command in a namespace of its own; None where that is not allowed."""
    for words in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        probe = [*words, "ip", "tuntap", "add", "probe", "mode", "tap"]
        with contextlib.suppress(FileNotFoundError):
            if subprocess.run(probe, stderr=subprocess.DEVNULL).returncode == 0:
                return words
    return None


@contextlib.contextmanager
def serving(work, folder, server, delay=0.0):
    """The network while the block runs: the words of QEMU that plug the board in."""
    work = Path(work)
    with (work / "server.log").open("w") as log:
        process = subprocess.Popen(
            [*namespaces(), sys.executable, __file__, work, folder, server, str(delay)],
            stdin=subprocess.PIPE, stdout=log, stderr=log)
        try:
            until(lambda: (work / "ready").exists(), process)
            yield ["-netdev", f"dgram,id=net,local.type=unix,local.path={work}/board,"
                   f"remote.type=unix,remote.path={work}/server",
                   "-device", "virtio-net-pci,netdev=net,romfile="]
        finally:
            process.stdin.close()  # which is how it knows that it is to end
            process.wait(10)


def until(there, process):
    end = time.monotonic() + 20
    while not there():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError("the server did not start: see server.log")
        time.sleep(0.05)


# --- inside the namespace


def make_tap():
    tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", b"board", IFF_TAP | IFF_NO_PI))
    for words in (f"address add {SERVER}/24 dev board", "link set board up", "link set lo up"):
        subprocess.run(["ip", *words.split()], check=True)
    return tap


def make_socket(work):
    """Where frames of the board arrive. The kernel's default buffer holds few of them."""
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
    s.bind(f"{work}/server")
    return s


class Relay:
    """Carries frames: the board's at once, the server's in their order after a delay."""

    def __init__(self, tap, board, path, delay):
        self.tap, self.board, self.path, self.delay = tap, board, path, delay
        self.waiting = collections.deque()
        self.asked = 0  # frames of the board

    def from_server(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                self.waiting.append((time.monotonic() + self.delay, os.read(self.tap, 65536)))

    def from_board(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                frame = self.board.recv(65536)
                self.asked += 1
                with contextlib.suppress(BlockingIOError):
                    os.write(self.tap, frame)

    def hand_over(self):
        """To the board, what has waited long enough; the rest waits on when the board is busy."""
        with contextlib.suppress(BlockingIOError):
            while self.is_due():
                with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                    self.board.sendto(self.waiting[0][1], self.path)
                self.waiting.popleft()

    def is_due(self):
        return self.waiting and self.waiting[0][0] <= time.monotonic()

    def timeout(self):
        if not self.waiting:
            return None
        return max(0.0005, self.waiting[0][0] - time.monotonic())

    def run(self, stop):
        """Until somebody closes `stop`."""
        while True:
            ready, _, _ = select.select([self.tap, self.board, stop], [], [], self.timeout())
            if stop in ready:
                return
            if self.tap in ready:
                self.from_server()
            if self.board in ready:
                self.from_board()
            self.hand_over()


def main(work, folder, server, delay):
    tap, board = make_tap(), make_socket(work)
    process = subprocess.Popen(server_command(server, folder), stdin=subprocess.DEVNULL)
    try:
        # A server that listens has port 69 (0x45) in this namespace's table.
        until(lambda: ":0045 " in Path("/proc/net/udp").read_text(), process)
        Path(work, "ready").touch()
        relay = Relay(tap, board, f"{work}/board", float(delay))
        relay.run(sys.stdin.fileno())
        Path(work, "asked").write_text(str(relay.asked))
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    main(*sys.argv[1:])
