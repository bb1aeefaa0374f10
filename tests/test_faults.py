# SPDX-License-Identifier: BSD-2-Clause
"""What becomes of the files that xendtc writes where a call or a disk fails, or the process is ended:
the old ones or the new ones, whole, an exit status that says which, and nothing temporary."""

import errno
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from conftest import BESIDE, BINARY, HERE, TOP, environment, run_xendtc
from test_command_line import GOOD, SANITIZED, folder, run  # noqa: F401, the last two are fixtures
from test_outputs import BY_CONTENT, contents, own_names

NEW = GOOD.replace("512M", "768M")

# Every seventh call is enough for a quick look; XENDTC_FAULTS=all makes each fail in turn.
STEP = 1 if os.environ.get("XENDTC_FAULTS") == "all" else 7

# A temporary file that cannot be removed stays, for the next run to remove.
REMOVES = ("unlink", "rmdir")


@pytest.fixture(scope="session")
def fail(tmp_path_factory):
    """tests/faults/fail.c as a library to be preloaded."""
    library = tmp_path_factory.mktemp("faults") / "fail.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-w", *([] if SANITIZED else ["-DFAULT_MEMORY"]),
                    "-o", library, HERE / "faults" / "fail.c", "-ldl"], check=True)
    return library


# Root file systems are made by programs that each call of xendtc's runs anew: a small card shows
# the same, and takes a tenth of the time.
SMALLER = {"size: 256M": "size: 64M", "boot-size: 64M": "boot-size: 40M", "size: 16M": "size: 8M",
           "rootfs: root.tar.gz": "rootfs: {from: root.tar.gz, size: 8M}"}

# So xendtc does without fakeroot, which takes half a second to end; root has the rights anyway.
AS_ROOT = {"FAKEROOTKEY": "1"} if os.geteuid() == 0 else {}


def copy_set(source, target):
    """Images are mostly holes, which stay holes."""
    subprocess.run(["cp", "-a", "--sparse=always", source, target], check=True)


def temporaries(folder):
    return sorted(str(p) for p in folder.rglob(".*"))


def finished(process):
    stdout, stderr = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


class Faults:
    """A command in the folder `work`, in which one call fails. What it changes is in out/, and as it
    was before in old/. `good` is the exit status if nothing fails."""

    def __init__(self, fail, work, words, good=0, out_to=subprocess.DEVNULL):
        self.fail, self.work, self.words, self.good, self.out_to = fail, work, words, good, out_to
        self.out, self.log = work / "out", work / "log"

    def start(self, at, how, what=""):
        shutil.rmtree(self.out, ignore_errors=True)
        self.log.unlink(missing_ok=True)
        copy_set(self.work / "old", self.out)
        asan = environment()["ASAN_OPTIONS"] + ":verify_asan_link_order=0"
        return self.spawn(LD_PRELOAD=str(self.fail), FAULT_AT=str(at), FAULT_HOW=how, FAULT_WHAT=what,
                          FAULT_LOG=str(self.log), ASAN_OPTIONS=asan)

    def spawn(self, *words, **more):
        beside = [] if BESIDE else ["--board-path", TOP / "boards"]
        return subprocess.Popen([BINARY, *beside, *(words or self.words)], cwd=self.work,
                                env=environment(**AS_ROOT, **more), stdin=subprocess.DEVNULL,
                                stdout=self.out_to, stderr=subprocess.PIPE)

    def run_with(self, at, how, what=""):
        return finished(self.start(at, how, what))

    def run(self, *words):
        return finished(self.spawn(*words))

    def calls(self, what=""):
        """What is called if nothing fails, in its order."""
        done = self.run_with(0, "", what)
        assert done.returncode == self.good, done.stderr.decode()
        return self.log.read_text().split()

    def each(self, how, numbers, calls, what=""):
        """Makes these calls fail in turn: what and where it is, and the finished process."""
        assert numbers
        for at in numbers:
            done = self.run_with(at + 1, how, what)
            assert self.log.read_text().split() == [calls[at]]
            yield f"call {at + 1}, {calls[at]}", calls[at], done


class Build(Faults):
    """Builds over an old set. An older set was there before that one."""

    def __init__(self, fail, files, work, old, new, *words, older):
        super().__init__(fail, work, ["build", "-q", "--files", files, *words, "-o", "out", "new.yaml"])
        self.files, self.sets = files, []
        for name, text in (("older.yaml", older), ("old.yaml", old), ("new.yaml", new)):
            (work / name).write_text(text)
            done = self.run(*self.words[:-1], name)
            assert done.returncode == 0, done.stderr.decode()
            self.sets.append(contents(self.out))
            copy_set(self.out, work / name.removesuffix(".yaml"))
        self.old, self.new = self.sets[1:]
        assert self.old != self.new
        self.stay = set(self.old) & set(own_names(self.out)) & set(self.new)
        shutil.rmtree(self.out)

    def every(self, how, step=1, kinds=None, writing=True):
        """Makes calls fail in turn, from the first one that writes on, or up to that."""
        calls = self.calls()
        assert "rename" in calls
        first = calls.index("mkdir")
        numbers = [at for at in (range(first, len(calls)) if writing else range(first))
                   if kinds is None or calls[at] in kinds]
        yield from self.each(how, numbers[::step], calls)


# Builds of no case, with more text.
OWN = {"plain": "", "content": BY_CONTENT}


def jobs(*names):
    return pytest.mark.parametrize("job", names, indirect=True)


@pytest.fixture
def in_memory(tmp_path):
    """A folder that no disk has to sync, thousands of times; an ordinary one where there is none."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < 1 << 30:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def build_of_case(name, fail, files, work):
    """A system of tests/cases that needs programs of others: its old set has other memory sizes."""
    text = (HERE / "cases" / name / "system.yaml").read_text()
    for much, less in SMALLER.items() if "card" in name else ():
        assert much in text
        text = text.replace(much, less)
    old, older = (text.replace("256M", less, 1) for less in ("250M", "240M"))
    assert old != text
    if not shutil.which("mkimage" if "fit" in name else "mcopy"):
        pytest.skip("a program is missing")
    return Build(fail, files, work, old, text, "--stage", older=older)


def build_of_good(more, fail, files, work):
    return Build(fail, files, work, GOOD + more, NEW + more, "--stage", "--depfile", "out/d",
                 older=GOOD.replace("512M", "256M") + more)


@pytest.fixture
def job(request, fail, own_fixtures, in_memory):
    if request.param in OWN:
        return build_of_good(OWN[request.param], fail, own_fixtures, in_memory)
    return build_of_case(request.param, fail, own_fixtures, in_memory)


@pytest.fixture(params=["plain", "content"])
def staged(request, fail, own_fixtures, in_memory):
    return build_of_good(OWN[request.param], fail, own_fixtures, in_memory)


# A build of an image takes a tenth of a second: a few calls are enough for a quick look.
IMAGE_STEPS = {"plain": STEP, "content": STEP, "qemu-fit": 40, "rpi4-card": 170}


def step_of(request, steps):
    return 1 if STEP == 1 else steps[request.node.callspec.params["job"]]


def test_call_fails(staged):
    """The old set or the new one, with the exit code that says which."""
    for where, call, done in staged.every(str(errno.EIO), STEP):
        if done.returncode == 0:  # what cannot be looked at stays
            sets = (staged.new, {**staged.old, **staged.new})
            assert contents(staged.out) in sets or call in REMOVES, where
        else:
            assert done.returncode == 3, where
            # What is to be said comes last, when the new set is there.
            there = staged.new if b"standard output" in done.stderr else staged.old
            assert done.stderr and contents(staged.out) == there, where
        assert not temporaries(staged.out) or call in REMOVES, where


def test_call_fails_before_it_writes(staged):
    """A disk that cannot be read is no mistake of the description: the exit status is 3. A board that
    is not found is the one in the program, which the rule for make then lacks."""
    for where, _, done in staged.every(str(errno.EIO), STEP, writing=False):
        expected = staged.old if done.returncode else staged.new
        assert {**contents(staged.out), "d": 0} == {**expected, "d": 0}, where
        assert done.returncode in (0, 3), (where, done.stderr.decode())


@jobs("qemu-fit", "rpi4-card")
def test_call_of_an_image_fails(job, request):
    for where, call, done in job.every(str(errno.EIO), step_of(request, IMAGE_STEPS)):
        if done.returncode == 0:
            assert contents(job.out) == job.new or call in REMOVES, where
        else:
            there = job.new if b"standard output" in done.stderr else job.old
            assert done.returncode == 3 and done.stderr and contents(job.out) == there, where
        assert not temporaries(job.out) or call in REMOVES, where


@jobs("qemu-fit")
def test_path_call_fails(job):
    """A folder of keys that is not to be had, for one, makes no FIT without a signature."""
    for where, _, done in job.every(str(errno.EIO), 1, ("realpath",)):
        assert done.returncode == 3 and done.stderr, where
        assert contents(job.out) == job.old and not temporaries(job.out), where


@jobs("qemu-fit", "rpi4-card")
def test_image_is_killed(job, request):
    for where, _, done in job.every("kill", 2 * step_of(request, IMAGE_STEPS) - 1):
        assert done.returncode == -signal.SIGKILL, where
        assert all(contents(job.out).get(name) in (job.old[name], job.new[name])
                   for name in job.old), where
        assert job.run().returncode == 0 and contents(job.out) == job.new, where
        assert not temporaries(job.out), where


MEMORY_STEPS = {"rpi4-tftp": 40, "qemu-fit": 60, "rpi4-card": 470}


@pytest.mark.skipif(SANITIZED, reason="sanitizers have a malloc() of their own")
@jobs(*MEMORY_STEPS)
def test_memory_fails(job, request):
    """Each allocation, and each call of a library that says that it lacked memory."""
    calls = job.calls("memory")
    assert {"malloc", "calloc", "regcomp", "regexec"} <= set(calls)
    numbers = range(0, len(calls), step_of(request, MEMORY_STEPS))
    for where, _, done in job.each(str(errno.ENOMEM), numbers, calls, "memory"):
        where += f": {done.returncode}, {done.stderr.decode()}"
        expected = job.old if done.returncode == 3 and done.stderr else job.new
        assert done.returncode in (0, 3) and contents(job.out) == expected, where
        assert not temporaries(job.out), where


WRITES = ("write", "pwrite64", "ftruncate64", "mkdir", "symlink", "tmpfile64")


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT], ids=["disk", "quota"])
@jobs("plain", "content", "qemu-fit", "rpi4-card")
def test_disk_is_full(job, request, error):
    step = (step_of(request, IMAGE_STEPS) + 9) // 10
    for where, _, done in job.every(str(error), step, WRITES):
        where += f": {done.returncode}, {done.stderr.decode()}"
        assert done.returncode == 3 and os.strerror(error).encode() in done.stderr, where
        assert contents(job.out) == job.old and not temporaries(job.out), where


HALVES = ("read", "write", "pread64", "pwrite64")


@pytest.mark.parametrize("how, kinds", [
    ("short", HALVES), (str(errno.EINTR), (*HALVES, "fsync", "flock"))], ids=["short", "signal"])
@jobs("plain", "content", "qemu-fit", "rpi4-card")
def test_call_does_less(job, request, how, kinds):
    """A call that reads or writes a part, or that a signal interrupts, is made again."""
    step = (step_of(request, IMAGE_STEPS) + 9) // 10
    for where, _, done in job.every(how, step, kinds):
        assert done.returncode == 0, f"{where}: {done.stderr.decode()}"
        assert contents(job.out) == job.new, where


def test_killed(staged):
    """What is there is whole, and the next run leaves nothing but the new set."""
    for where, _, done in staged.every("kill", STEP):
        assert done.returncode == -signal.SIGKILL, where
        there = contents(staged.out)
        assert all(there.get(name) in (staged.old[name], staged.new.get(name))
                   for name in staged.old), where
        assert staged.run().returncode == 0, where
        assert contents(staged.out) == staged.new, where
        assert not temporaries(staged.out), where


# Other commands. What they read is in in/, what they change in out/.

CONFIG = """MEMORY_START="0x0"
MEMORY_END="0x80000000"
DEVICE_TREE="bcm2711-rpi-4-b.dtb"
XEN="xen"
DOM0_KERNEL="Image"
DOM0_RAMDISK="initrd.cpio.gz"
APPEND_EXTRA_CMDS="more"
NUM_DOMUS=1
DOMU_KERNEL[0]="Image"
DOMU_RAMDISK[0]="initrd.cpio.gz"
"""

SCRIPT = """tftpb 0x2000000 xen
tftpb 0x6000000 Image
tftpb 0x5000000 bcm2711-rpi-4-b.dtb
fdt addr 0x5000000
fdt resize 1024
fdt set /chosen \\#address-cells <0x2>
fdt set /chosen \\#size-cells <0x2>
fdt mknod /chosen dom0
fdt set /chosen/dom0 compatible "xen,linux-zimage" "xen,multiboot-module" "multiboot,module"
fdt set /chosen/dom0 reg <0x0 0x6000000 0x0 0x80000>
booti 0x2000000 - 0x5000000
"""

PACKED = GOOD.replace("kernel: Image,", "kernel: Image.gz,").replace("initrd.cpio", "initrd.cpio.gz")

# What is mended, and what only is reported.
MISSPELT = GOOD.replace("dom0:", "dom0 :").replace("cmdline", "cmdlin")
NOT_GOOD = GOOD.replace("512M", "512Q")

BUILD = ["build", "-q", "--files", "in", "-o", "out"]
CHECK = ["check", "--files", "in"]

# name: the words, the exit status, and what is in out/ before
COMMANDS = {
    "import": (["import", "--files", "in", "-o", "out/s.yaml", "in/config"], 0, {"s.yaml": "old\n"}),
    "import-tree": (["import", "--files", "in", "-o", "out/s.yaml", "in/boot.cmd", "in/bcm2711-rpi-4-b.dtb"], 0,
                    {"s.yaml": "old\n"}),
    "init": (["init", "-o", "out/s.yaml", "in"], 0, {}),
    "map": (["map", "-q", "--files", "in", "--svg", "out/m.svg", "--html", "out/m.html", "in/good.yaml"], 0,
            {"m.svg": "old\n", "m.html": "old\n"}),
    "fix": ([*CHECK, "--fix", "out/s.yaml"], 0, {"s.yaml": MISSPELT}),
    "depfile": ([*BUILD, "--depfile", "out/deps/d", "in/packed.yaml"], 0, {"deps/d": "old\n"}),
    "out": (["map", "--files", "in", "in/packed.yaml"], 0, {}),
    "out-import": (["import", "--files", "in", "in/config"], 0, {}),
    "out-diff": ([*CHECK, "--diff", "in/misspelt.yaml"], 1, {}),
    "out-json": ([*CHECK, "--format=json", "in/bad.yaml"], 1, {}),
    "out-sarif": ([*CHECK, "--format=sarif", "in/bad.yaml", "in/good.yaml"], 1, {}),
    "out-explain": (["explain", "all"], 0, {}),
    "out-schema": (["schema"], 0, {}),
    "out-man": (["schema", "system-man"], 0, {}),
    "out-boards": (["boards"], 0, {}),
    "out-complete": (["complete", "--", "explain", "dtu"], 0, {}),
}


class Command(Faults):
    def __init__(self, fail, work, name):
        words, good, before = COMMANDS[name]
        super().__init__(fail, work, words, good, subprocess.PIPE)
        self.old = contents(write_files(work / "old", before))
        shutil.copytree(work / "old", self.out)
        done = self.run()
        assert done.returncode == good, done.stderr.decode()
        self.new, self.said = contents(self.out), done.stdout
        assert self.new != self.old or self.said

    def is_old(self, done):
        """What is mended may be written before a file that it names cannot be read."""
        kept = [self.old, self.new] if "--fix" in self.words else [self.old]
        return (done.returncode == 3 and (done.stderr or b"cannot be read" in done.stdout)
                and contents(self.out) in kept)

    def is_new(self, done, call=""):
        if call == "fflush":  # at the end, of what is said
            return done.returncode == 3 and done.stderr and contents(self.out) == self.new
        return (done.returncode == self.good and done.stdout == self.said
                and self.meant(contents(self.out), call) == self.meant(self.new, call))

    def meant(self, files, call):
        """What `init` says of a file is a remark, and a second reading of it. Without its folder a
        board is the one in the program, which the rule for make then lacks."""
        if call in REMOVES:
            files = {name: file for name, file in files.items() if "/." not in f"/{name}"}
        if call in ("access", "readlink", "realpath"):
            files = {name: file for name, file in files.items() if name != "deps/d"}
        return {name: (re.sub(rb" *#.*", b"", text), mode) for name, (text, mode) in files.items()
                } if "init" in self.words else files

    def left_names(self):
        return [os.path.relpath(path, self.out) for path in temporaries(self.out)]

    def left(self, call=""):
        return [] if call in REMOVES else temporaries(self.out)


def write_files(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(params=COMMANDS)
def command(request, fail, fixtures, in_memory):
    inputs = write_files(in_memory / "in", {
        "config": CONFIG, "more": "echo more\n", "boot.cmd": SCRIPT, "good.yaml": GOOD,
        "packed.yaml": PACKED, "misspelt.yaml": MISSPELT, "bad.yaml": NOT_GOOD})
    for name in ("xen", "Image", "Image.gz", "initrd.cpio", "initrd.cpio.gz", "bcm2711-rpi-4-b.dtb"):
        shutil.copy(fixtures / name, inputs)
    return Command(fail, in_memory, request.param)


def picked(calls, kinds=None):
    found = [at for at, call in enumerate(calls) if kinds is None or call in kinds]
    return found[:: 1 if STEP == 1 else max(1, len(found) // 12)]


def test_call_of_a_command_fails(command):
    """The old files or the new ones, and all of what is said or the exit status 3."""
    calls = command.calls()
    for where, call, done in command.each(str(errno.EIO), picked(calls), calls):
        assert command.is_old(done) or command.is_new(done, call), f"{where}: {done}"
        assert not command.left(call), where


def test_command_finds_the_disk_full(command):
    calls = command.calls()
    if "mkdir" not in calls:
        pytest.skip("it writes no files")
    for where, _, done in command.each(str(errno.ENOSPC), picked(calls, WRITES), calls):
        assert command.is_old(done) and b"No space left" in done.stderr, f"{where}: {done}"
        assert any(os.path.basename(name).encode() in done.stderr for name in command.new), where
        assert not command.left(), where


@pytest.mark.parametrize("how, kinds", [
    ("short", HALVES), (str(errno.EINTR), (*HALVES, "fsync", "flock"))], ids=["short", "signal"])
def test_call_of_a_command_does_less(command, how, kinds):
    calls = command.calls()
    if not set(calls) & set(kinds):
        pytest.skip("it makes no such calls")
    for where, call, done in command.each(how, picked(calls, kinds), calls):
        # zlib reads once, and so what it could not read is reported.
        said = call == "read" and b"Interrupted" in done.stderr + done.stdout
        assert command.is_new(done) or (said and command.is_old(done)), f"{where}: {done}"


def test_command_is_killed(command):
    calls = command.calls()
    for where, _, done in command.each("kill", picked(calls), calls):
        assert done.returncode == -signal.SIGKILL, where
        there = contents(command.out)
        assert all(there[name] in (command.old.get(name), command.new.get(name))
                   for name in there if not os.path.basename(name).startswith(".")), where
        done = command.run()
        assert done.returncode == command.good or there == command.new, f"{where}: {done}"
        # What is mended already is not written again, and only who writes looks for what was left.
        left = {} if "--fix" not in command.words or command.old.items() <= there.items() else {
            name: there[name] for name in command.left_names()}
        assert contents(command.out) == {**left, **command.new}, where


@pytest.mark.skipif(SANITIZED, reason="sanitizers have a malloc() of their own")
def test_command_lacks_memory(command):
    calls = command.calls("memory")
    for where, _, done in command.each(str(errno.ENOMEM), picked(calls), calls, "memory"):
        assert command.is_old(done) or command.is_new(done), f"{where}: {done}"
        assert not command.left(), where


def test_module_changes_meanwhile(staged):
    """A staged file has the checksum of the manifest, or nothing is written. With names by content
    it is there already, and not copied."""
    image = staged.files / "Image"
    bytes_ = image.read_bytes()
    image.unlink()
    image.write_bytes(bytes_)
    at = staged.calls().index("mkdir") + 1
    one = staged.start(at, "stop")
    assert os.WIFSTOPPED(os.waitpid(one.pid, os.WUNTRACED)[1])
    image.write_bytes(bytes_[:-1] + b"!")
    one.send_signal(signal.SIGCONT)
    text = one.communicate(timeout=60)[1].decode()
    if staged.stay:
        assert one.returncode == 0 and contents(staged.out) == staged.new
        return
    assert one.returncode == 3 and f"'{image}' has changed while xendtc was at work" in text
    assert contents(staged.out) == staged.old and not temporaries(staged.out)


@jobs("plain", "content", "qemu-fit", "rpi4-card")
def test_one_file_cannot_be_replaced(job):
    """What was renamed before is renamed back."""
    for name in set(job.old) - job.stay:
        shutil.rmtree(job.out, ignore_errors=True)
        copy_set(job.work / "old", job.out)
        before = {p: p.stat().st_ino for p in job.out.iterdir()}
        if subprocess.run(["chattr", "+i", job.out / name], check=False,
                          stderr=subprocess.DEVNULL).returncode:
            pytest.skip("this file system has no immutable files, or we are not root")
        done = job.run()
        subprocess.run(["chattr", "-i", job.out / name], check=True)
        if done.returncode == 0 and job.old[name] == job.new.get(name):
            continue
        assert done.returncode == 3 and name.encode() in done.stderr, name
        assert contents(job.out) == job.old and not temporaries(job.out)
        assert {p: p.stat().st_ino for p in job.out.iterdir()} == before or name == "d"


# File systems that really refuse.

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts, and acts as somebody else")


@pytest.fixture
def mounted(job):
    """mounted(options): the output folder is a file system of its own, with the old set in it."""
    def mount(options):
        job.out.mkdir(exist_ok=True)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", job.out], check=False,
                          stderr=subprocess.DEVNULL).returncode:
            pytest.skip("nothing can be mounted here")
        subprocess.run(["cp", "-a", "--sparse=always", f"{job.work}/old/.", job.out], check=True)
        return job
    yield mount
    while job.out.is_mount():
        subprocess.run(["umount", job.out], check=True)


def assert_refused(job, done, why):
    assert done.returncode == 3 and why in done.stderr, done.stderr.decode()
    assert contents(job.out) == job.old and not temporaries(job.out)


def used(folder):
    return int(subprocess.check_output(["du", "-sk", folder]).split()[0])


@ROOT
@jobs("plain", "content", "qemu-fit", "rpi4-card")
def test_file_system_is_full(mounted, job):
    mounted(f"size={used(job.work / 'old') + 8}k")
    done = job.run()
    assert_refused(job, done, b"failed" if b"failed" in done.stderr else b"No space left")


@ROOT
@jobs("plain", "content", "qemu-fit", "rpi4-card")
def test_file_system_is_read_only(mounted, job):
    mounted("size=1g")
    subprocess.run(["mount", "-o", "remount,ro", job.out], check=True)
    assert_refused(job, job.run(), b"Read-only file system")


@ROOT
@jobs("plain", "qemu-fit", "rpi4-card")
def test_folder_of_somebody_else(job):
    """Who may read all and write nothing."""
    shutil.copytree(job.files, job.work / "files")
    shutil.copytree(job.work / "old", job.out)
    job.work.chmod(0o755)
    subprocess.run(["chmod", "-R", "a+rX", job.work / "files"], check=True)
    words = ["files" if word == job.files else word for word in job.words]
    beside = [] if BESIDE else ["--board-path", TOP / "boards"]
    done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", BINARY,
                           *beside, *words], cwd=job.work, env=environment(**AS_ROOT),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode in (126, 127):
        pytest.skip("somebody else cannot run xendtc here")
    assert_refused(job, done, b"Permission denied")


def test_nobody_takes_what_is_said(command):
    """On a full disk it is no success; where nobody reads on, the signal ends it."""
    if not command.said:
        pytest.skip("it says nothing")
    with open("/dev/full", "wb") as full:
        command.out_to = full
        done = command.run()
    assert done.returncode == 3 and b"standard output: No space left" in done.stderr
    reading, command.out_to = os.pipe()
    os.close(reading)
    done = command.run()
    os.close(command.out_to)
    assert done.returncode == -signal.SIGPIPE and b"standard output" not in done.stderr


def test_nobody_has_closed_streams(command):
    """What is opened does not take the place of standard output."""
    shell = ["sh", "-c", 'exec "$0" "$@" <&- >&-', BINARY,
             *([] if BESIDE else ["--board-path", TOP / "boards"]), *command.words]
    if "init" in command.words:
        (command.out / "s.yaml").unlink()
    done = subprocess.run(shell, cwd=command.work, env=environment(), stderr=subprocess.PIPE, check=False)
    if command.said:
        assert done.returncode == 3 and b"standard output: Bad file descriptor" in done.stderr
    else:
        assert done.returncode == command.good, done.stderr.decode()
    assert contents(command.out) == command.new and not temporaries(command.out)


def test_own_folders_only(folder, own_fixtures):
    """A build that fails removes the folders that it made, and no others."""
    (folder / "mine").mkdir()
    blocker = folder / "theirs"
    blocker.mkdir()
    (blocker / "manifest.json").mkdir()
    done = run_xendtc("build", "-q", "--files", own_fixtures, "-o", "theirs", "good.yaml",
                      cwd=folder)
    assert done.returncode == 3 and [p.name for p in blocker.iterdir()] == ["manifest.json"]
    done = run_xendtc("build", "-q", "--files", own_fixtures, "-o", "mine/a/b", "--depfile",
                      "theirs/manifest.json", "good.yaml", cwd=folder)
    assert done.returncode == 3 and not list((folder / "mine").iterdir())
    done = run_xendtc("build", "-q", "--files", own_fixtures, "-o", "mine", "--depfile",
                      "theirs/manifest.json", "good.yaml", cwd=folder)
    assert done.returncode == 3 and (folder / "mine").is_dir()


# How often two builds meet; XENDTC_PAIRS=1000 is the campaign of docs/limits.md.
PAIRS = int(os.environ.get("XENDTC_PAIRS", 5))


def build_words(files, out, name):
    beside = [] if BESIDE else ["--board-path", TOP / "boards"]
    return [BINARY, *beside, "build", "-q", "--stage", "--files", files, "-o", out, name]


@pytest.mark.parametrize("more", ["", BY_CONTENT], ids=["plain", "content"])
def test_two_at_once(folder, own_fixtures, more):
    """Builds into one folder wait for each other: what is there is one set. With names by content
    the files of both are there, and each manifest."""
    (folder / "good.yaml").write_text(GOOD + more)
    (folder / "other.yaml").write_text(NEW + more)
    names, sets = ("good.yaml", "other.yaml"), []
    for order in (names, names[::-1]):
        out = folder / f"out-{order[1]}"
        for name in order:
            done = subprocess.run(build_words(own_fixtures, out, name), cwd=folder,
                                  env=environment(), stderr=subprocess.PIPE)
            assert done.returncode == 0, done.stderr.decode()
        sets.append(contents(out))
    assert sets[0] != sets[1] and ("manifest-before.json" in sets[0]) == bool(more)
    for _ in range(PAIRS):
        both = [subprocess.Popen(build_words(own_fixtures, "out", name), cwd=folder,
                                 env=environment()) for name in names]
        assert [one.wait(timeout=60) for one in both] == [0, 0]
        assert contents(folder / "out") in sets and not temporaries(folder / "out")
