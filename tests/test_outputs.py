# SPDX-License-Identifier: BSD-2-Clause
"""The set of outputs: what is in it, and what becomes of it where writing it fails."""

import errno
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess

import pytest

import test_cases
from conftest import BESIDE, BINARY, HERE, TOP, environment, run_xendtc
from test_command_line import GOOD, SANITIZED, folder, run  # noqa: F401, the last two are fixtures

ROW = re.compile(r'^\t\{ ("(?P<name>[^"]+)"|NULL|[A-Z_]+), ("(?P<role>[^"]+)"|NULL)', re.M)


def rows():
    """Names and roles in the table of outputs; None where they depend on the plan."""
    text = (TOP / "compiler" / "emit" / "outputs.c").read_text()
    table = text[text.index("output_rows[] = {"):]
    return [(m["name"], m["role"]) for m in ROW.finditer(table)]


def contents(folder):
    return {str(p.relative_to(folder)): (p.read_bytes(), p.stat().st_mode & 0o777)
            for p in folder.rglob("*") if p.is_file()}


def test_row_has_a_case():
    """CONTRIBUTING.md: a row of outputs.c comes with a case that has the file."""
    names, roles = set(), {"device-tree"}
    for case in test_cases.CASES:
        names |= set((case / "expected" / "names.txt").read_text().split())
        manifest = json.loads((case / "expected" / "manifest.json").read_text())
        roles |= {f["role"] for f in manifest["files"]} | (set(manifest) & {"fit", "card"})
    assert len(rows()) > 12
    missing = [row for row in rows()
               if (row[0] and row[0] not in names) or (row[1] and row[1] not in roles)]
    assert not missing, f"rows of outputs.c that no folder below tests/cases/ has: {missing}"


@pytest.mark.parametrize("case", test_cases.CASES, ids=lambda c: c.name)
def test_manifest_has_the_set(case):
    """Every file of the folder stands in the manifest, those that xendtc makes once."""
    expected = case / "expected"
    manifest = json.loads((expected / "manifest.json").read_text())
    ours = [f["name"] for f in manifest["files"] if "path" not in f]
    ours += [manifest[part]["name"] for part in ("fit", "card") if part in manifest]
    theirs = {f["name"] for f in manifest["files"] if "path" in f}
    there = set((expected / "names.txt").read_text().split()) - {"manifest.json"}
    assert there <= set(ours) | theirs
    assert len(ours) == len(set(ours)) and not theirs & set(ours)


def test_verbose_names_every_file(fixtures, tmp_path):
    case = HERE / "cases" / "qemu-deferred"
    done = run_xendtc("build", "-v", "--files", fixtures, "-o", tmp_path / "out", "--stage",
                      "--depfile", tmp_path / "out" / "d", "system.yaml", cwd=case)
    assert done.returncode == 0, done.stderr.decode()
    said = {line.split()[0] for line in done.stdout.decode().splitlines()[1:]}
    there = set(test_cases.names(tmp_path / "out"))
    assert {s.removeprefix(f"{tmp_path}/out/") for s in said} == there
    assert all(len(line.split()) > 1 for line in done.stdout.decode().splitlines())


def test_names_of_guests_take_no_name(own_fixtures, tmp_path):
    """E0903: the file for `xl create xen.cfg` would be what UEFI firmware has Xen read."""
    system = (HERE / "cases" / "qemu-uefi" / "system.yaml").read_text()
    changed = system.replace(
        "guests:\n", "guests:\n  xen: {kernel: Image, memory: 64M, vcpus: 1, boot: false}\n")
    assert changed != system
    (tmp_path / "s.yaml").write_text(changed)
    done = run_xendtc("build", "-o", "out", "--files", own_fixtures, "s.yaml", cwd=tmp_path)
    assert done.returncode == 1, done.stderr.decode()
    assert b"error[E0903]: 'xen.cfg' would have the name of a file" in done.stderr
    assert not (tmp_path / "out").exists()


def test_fit_takes_no_name_of_a_partial_tree(fixtures, tmp_path):
    system = (HERE / "cases" / "qemu-fit" / "system.yaml").read_text()
    changed = system.replace("system.itb", "app-passthrough.dtb")
    assert changed != system
    (tmp_path / "s.yaml").write_text(changed)
    done = run_xendtc("build", "-o", "out", "--files", fixtures, "s.yaml", cwd=tmp_path)
    assert done.returncode == 1 and b"error[E0903]: 'app-passthrough.dtb'" in done.stderr
    assert not (tmp_path / "out").exists()


def test_prefixes_lead_to_one_path(own_fixtures, tmp_path):
    """E0903: with --stage sub/Image of one guest and Image below sub/ of another are one file."""
    text = GOOD + ("guests:\n"
                   "  a: {kernel: {file: Image-b.gz, load: {device: tftp, prefix: sub/}}, memory: 64M, vcpus: 1}\n"
                   "  b: {kernel: sub/Image-b.gz, memory: 64M, vcpus: 1}\n")
    (own_fixtures / "sub").mkdir(exist_ok=True)
    shutil.copy(own_fixtures / "Image-b.gz", own_fixtures / "sub" / "Image-b.gz")
    (tmp_path / "s.yaml").write_text(text)
    done = run_xendtc("build", "--stage", "-o", "out", "--files", own_fixtures, "s.yaml", cwd=tmp_path)
    assert done.returncode == 1, done.stderr.decode()
    assert b"error[E0903]: 'sub/Image-b.gz' would have the name" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("case", ["rpi4-tftp", "qemu-deferred", "rpi4-card", "qemu-fit"])
def test_same_bytes_from_everywhere(case, fixtures, tmp_path):
    """It does not matter how the paths are written, whether links are in them, what the current folder
    is, or which locale, time zone, umask or user name there are."""
    source = tmp_path / "in" / "deep"
    shutil.copytree(HERE / "cases" / case, source)
    (tmp_path / "files").symlink_to(fixtures)
    words = test_cases.options_of(source, "../../files")
    runs = [
        (source, ["--files", "../../files", "-o", "out1", *words, "system.yaml"], {}),
        (tmp_path, ["--files", "files", "-o", "./in//out2", *test_cases.options_of(source, "files"),
                    "./in/deep/../deep/system.yaml"],
         {"LC_ALL": "C", "TZ": "Asia/Kathmandu", "USER": "nobody", "HOME": "/nonexistent"}),
        ("/", ["--files", fixtures, "-o", tmp_path / "out3",
               *test_cases.options_of(source, fixtures), source / "system.yaml"],
         {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8", "SHELL": "/bin/false",
          "MKE2FS_CONFIG": "/dev/null", "MTOOLSRC": "/nonexistent"}),
        (tmp_path / "linked", ["--files", fixtures, "-o", tmp_path / "in" / ".." / "out4/",
                               *test_cases.options_of(source, fixtures), "system.yaml"], {}),
    ]
    (tmp_path / "linked").symlink_to(source)
    (tmp_path / "out4").mkdir()
    sets = []
    outs = [source / "out1", tmp_path / "in" / "out2", tmp_path / "out3", tmp_path / "out4"]
    for (cwd, args, env), out, mask in zip(runs, outs, (0o022, 0o022, 0o022, 0o077)):
        before = os.umask(mask)
        done = run_xendtc("build", "-q", *args, cwd=cwd,
                          env={"SOURCE_DATE_EPOCH": test_cases.EPOCH, **env})
        os.umask(before)
        assert done.returncode == 0, done.stderr.decode()
        sets.append({name: bytes_ for name, (bytes_, _) in contents(out).items()})
    for name in sets[0]:
        assert all(one[name] == sets[0][name] for one in sets), name


@pytest.mark.parametrize("address", ["0x1fe800", "0x1fec00", "0x1ff000"])
def test_scratch_is_in_no_file(folder, fixtures, address):
    """The board's place for a checksum is 0x1ff000; the check of one file wrote it into this
    one."""
    ramdisk = f"{{file: initrd.cpio, address: {address}}}"
    (folder / "good.yaml").write_text(
        GOOD.replace("ramdisk: initrd.cpio", f"ramdisk: {ramdisk}") + "boot: {verify: crc32}\n")
    done = run_xendtc("build", "-q", "--files", fixtures, "good.yaml", cwd=folder)
    assert done.returncode == 0, done.stderr.decode()
    script = (folder / "out" / "boot2.source").read_text()
    written = {int(n, 16) for n in re.findall(r"mw\.q (0x[0-9a-f]+) 0", script)}
    assert len(written) == 1 and len(re.findall(r"crc32 0x\w+ 0x\w+ 0x", script)) == 4
    loads = re.findall(r"^# .*: (0x[0-9a-f]+) to (0x[0-9a-f]+)$", script, re.M)
    assert len(loads) == 4 and any(int(start, 16) == int(address, 16) for start, _ in loads)
    for start, end in loads:
        assert all(at + 8 <= int(start, 16) or at >= int(end, 16) for at in written)


# Names by content.

def own_names(folder):
    """The files that are named by their contents, each with a true name."""
    found = {p for p in folder.rglob("*") if re.search(r"\.[0-9a-f]{8}$", p.name)}
    for path in found:
        assert hashlib.sha256(path.read_bytes()).hexdigest().startswith(path.name[-8:])
    return {str(p.relative_to(folder)) for p in found}


# Faults.

NEW = GOOD.replace("512M", "768M")

# Every third call is enough for a quick look; XENDTC_FAULTS=all makes each fail in turn.
STEP = 1 if os.environ.get("XENDTC_FAULTS") == "all" else 3

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
    stderr = process.communicate(timeout=60)[1]
    return subprocess.CompletedProcess(process.args, process.returncode, None, stderr)


class Build:
    """Builds over an old set, in which one call fails. An older set was there before that one."""

    def __init__(self, fail, files, work, old, new, *words, older):
        self.fail, self.files, self.work, self.words = fail, files, work, words
        self.out, self.log = work / "out", work / "log"
        self.sets = []
        for name, text in (("older.yaml", older), ("old.yaml", old), ("new.yaml", new)):
            (work / name).write_text(text)
            done = self.run(name)
            assert done.returncode == 0, done.stderr.decode()
            self.sets.append(contents(self.out))
            copy_set(self.out, work / name.removesuffix(".yaml"))
        self.old, self.new = self.sets[1:]
        assert self.old != self.new
        self.stay = set(self.old) & set(own_names(self.out)) & set(self.new)
        shutil.rmtree(self.out)

    def start(self, at, how, what=""):
        """A build of the new set over the old one."""
        shutil.rmtree(self.out, ignore_errors=True)
        self.log.unlink(missing_ok=True)
        copy_set(self.work / "old", self.out)
        asan = environment()["ASAN_OPTIONS"] + ":verify_asan_link_order=0"
        return self.spawn("new.yaml", LD_PRELOAD=str(self.fail), FAULT_AT=str(at), FAULT_HOW=how, FAULT_WHAT=what,
                          FAULT_LOG=str(self.log), ASAN_OPTIONS=asan)

    def spawn(self, name, **more):
        beside = [] if BESIDE else ["--board-path", TOP / "boards"]
        return subprocess.Popen([BINARY, *beside, "build", "-q", "--files", self.files,
                                 *self.words, "-o", "out", name], cwd=self.work,
                                env=environment(**AS_ROOT, **more), stderr=subprocess.PIPE)

    def run_with(self, at, how, what=""):
        return finished(self.start(at, how, what))

    def run(self, name):
        return finished(self.spawn(name))

    def every(self, how, step=1, kinds=None, writing=True):
        """Makes calls fail in turn, from the first one that writes on, or up to that: what and
        where it is, and the finished process."""
        assert self.run_with(0, "").returncode == 0
        calls = self.log.read_text().split()
        assert "rename" in calls
        first = calls.index("mkdir")
        numbers = [at for at in (range(first, len(calls)) if writing else range(first))
                   if kinds is None or calls[at] in kinds]
        assert len(numbers) > 4
        for at in numbers[::step]:
            done = self.run_with(at + 1, how)
            assert self.log.read_text().split() == [calls[at]]
            yield f"call {at + 1}, {calls[at]}", calls[at], done


BY_CONTENT = "boot: {server: 192.168.0.1, client: dhcp, prefix: pi/, names: content}\n"


def jobs(*names):
    """Systems of tests/cases that need programs of others: their old set has other memory sizes."""
    return pytest.mark.parametrize("job", names, indirect=True)


@pytest.fixture
def job(request, fail, own_fixtures, tmp_path):
    text = (HERE / "cases" / request.param / "system.yaml").read_text()
    for much, less in SMALLER.items() if "card" in request.param else ():
        assert much in text
        text = text.replace(much, less)
    old, older = (text.replace("256M", less, 1) for less in ("250M", "240M"))
    assert old != text
    if not shutil.which("mkimage" if "fit" in request.param else "mcopy"):
        pytest.skip("a program is missing")
    return Build(fail, own_fixtures, tmp_path, old, text, "--stage", older=older)


@pytest.fixture(params=["plain", "content"])
def staged(request, fail, own_fixtures, tmp_path):
    more = BY_CONTENT if request.param == "content" else ""
    return Build(fail, own_fixtures, tmp_path, GOOD + more, NEW + more, "--stage", "--depfile",
                 "out/d", older=GOOD.replace("512M", "256M") + more)


def test_call_fails(staged):
    """The old set or the new one, with the exit code that says which."""
    for where, call, done in staged.every(str(errno.EIO), STEP):
        if done.returncode == 0:  # what cannot be looked at stays
            sets = (staged.new, {**staged.old, **staged.new})
            assert contents(staged.out) in sets or call in REMOVES, where
        else:
            assert done.returncode == 3, where
            assert done.stderr and contents(staged.out) == staged.old, where
        assert not temporaries(staged.out) or call in REMOVES, where


def test_call_fails_before_it_writes(staged):
    """A disk that cannot be read is no mistake of the description: the exit status is 3. Without
    the folder of --files there is no run; a board that is not found is the one in the program, which
    the rule for make then lacks."""
    for where, _, done in staged.every(str(errno.EIO), STEP, writing=False):
        expected = staged.old if done.returncode else staged.new
        assert {**contents(staged.out), "d": 0} == {**expected, "d": 0}, where
        assert done.returncode in (0, 3) or b"--files" in done.stderr, (where, done.stderr.decode())


# A build of an image takes half a second: a few calls are enough for a quick look.
IMAGE_STEPS = {"qemu-fit": 40, "rpi4-card": 170}


def step_of(request, steps):
    return 1 if STEP == 1 else steps[request.node.callspec.params["job"]]


@jobs("qemu-fit", "rpi4-card")
def test_call_of_an_image_fails(job, request):
    for where, call, done in job.every(str(errno.EIO), step_of(request, IMAGE_STEPS)):
        if done.returncode == 0:
            assert contents(job.out) == job.new or call in REMOVES, where
        else:
            assert done.returncode == 3 and done.stderr and contents(job.out) == job.old, where
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
        assert job.run("new.yaml").returncode == 0 and contents(job.out) == job.new, where
        assert not temporaries(job.out), where


MEMORY_STEPS = {"rpi4-tftp": 40, "qemu-fit": 60, "rpi4-card": 470}


@pytest.mark.skipif(SANITIZED, reason="sanitizers have a malloc() of their own")
@jobs(*MEMORY_STEPS)
def test_memory_fails(job, request):
    """Each allocation, and each call of a library that says that it lacked memory."""
    assert job.run_with(0, "", "memory").returncode == 0
    calls = job.log.read_text().split()
    assert {"malloc", "calloc", "regcomp", "regexec"} <= set(calls)
    for at in range(1, len(calls) + 1, step_of(request, MEMORY_STEPS)):
        done = job.run_with(at, str(errno.ENOMEM), "memory")
        where = f"allocation {at}, {calls[at - 1]}: {done.returncode}, {done.stderr.decode()}"
        expected = job.old if done.returncode == 3 and done.stderr else job.new
        assert done.returncode in (0, 3) and contents(job.out) == expected, where
        assert not temporaries(job.out), where


def test_disk_is_full(staged):
    for where, _, done in staged.every(str(errno.ENOSPC), STEP, ("write", "mkdir")):
        assert done.returncode == 3 and b"No space left" in done.stderr, where
        assert contents(staged.out) == staged.old and not temporaries(staged.out), where


@pytest.mark.parametrize("how, kinds", [
    ("short", ("write",)), (str(errno.EINTR), ("read", "write", "fsync", "flock"))])
def test_call_does_less(staged, how, kinds):
    """A call that writes a part, or that a signal interrupts, is made again."""
    for where, _, done in staged.every(how, STEP, kinds):
        assert done.returncode == 0, f"{where}: {done.stderr.decode()}"
        assert contents(staged.out) == staged.new, where


def test_killed(staged):
    """What is there is whole, and the next run leaves nothing but the new set."""
    for where, _, done in staged.every("kill", STEP):
        assert done.returncode == -signal.SIGKILL, where
        there = contents(staged.out)
        assert all(there.get(name) in (staged.old[name], staged.new.get(name))
                   for name in staged.old), where
        assert staged.run("new.yaml").returncode == 0, where
        assert contents(staged.out) == staged.new, where
        assert not temporaries(staged.out), where


def test_module_changes_meanwhile(staged):
    """A staged file has the checksum of the manifest, or nothing is written. With names by content
    it is there already, and not copied."""
    image = staged.files / "Image"
    bytes_ = image.read_bytes()
    image.unlink()
    image.write_bytes(bytes_)
    assert staged.run_with(0, "").returncode == 0
    at = staged.log.read_text().split().index("mkdir") + 1
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


def test_one_file_cannot_be_replaced(staged):
    """What was renamed before is renamed back."""
    for name in set(staged.old) - staged.stay:
        shutil.rmtree(staged.out, ignore_errors=True)
        shutil.copytree(staged.work / "old", staged.out)
        before = {p: p.stat().st_ino for p in staged.out.iterdir()}
        if subprocess.run(["chattr", "+i", staged.out / name], check=False,
                          stderr=subprocess.DEVNULL).returncode:
            pytest.skip("this file system has no immutable files, or we are not root")
        done = staged.run("new.yaml")
        subprocess.run(["chattr", "-i", staged.out / name], check=True)
        assert done.returncode == 3 and name.encode() in done.stderr, name
        assert contents(staged.out) == staged.old and not temporaries(staged.out)
        assert {p: p.stat().st_ino for p in staged.out.iterdir()} == before or name == "d"


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


# Outputs of earlier runs.

def build(folder, files, text, *words):
    (folder / "good.yaml").write_text(text)
    return run_xendtc("build", "-q", "--files", files, *words, "good.yaml", cwd=folder)


def test_old_outputs_are_removed(folder, fixtures):
    """U-Boot would find the boot.scr of TFTP on the card."""
    assert build(folder, fixtures, GOOD).returncode == 0
    (folder / "out" / "mine").write_text("mine\n")
    assert (folder / "out" / "boot.scr").exists()
    done = build(folder, fixtures, GOOD + "boot: {load: mmc 0:1, prefix: xen/}\n")
    assert done.returncode == 0 and done.stderr == b""
    there = {p.name for p in (folder / "out").iterdir()}
    assert "boot2.scr" in there and "mine" in there
    assert not there & {"boot.scr", "boot.source"}


def test_old_outputs_stay_if_it_fails(folder, fixtures, fail):
    assert build(folder, fixtures, GOOD).returncode == 0
    (folder / "out" / "boot2.scr").unlink()
    (folder / "out" / "boot2.scr").mkdir()
    before = contents(folder / "out")
    assert build(folder, fixtures, GOOD + "boot: {load: mmc 0:1}\n").returncode == 3
    assert contents(folder / "out") == before


def test_changed_old_output_is_named(folder, fixtures):
    """W0906: it may have become somebody's own."""
    assert build(folder, fixtures, GOOD).returncode == 0
    (folder / "out" / "boot.source").write_text("mine\n")
    done = build(folder, fixtures, GOOD + "boot: {load: mmc 0:1}\n")
    assert done.returncode == 0
    assert b"warning[W0906]: 'out/boot.source' is from an earlier run" in done.stderr
    assert (folder / "out" / "boot.source").read_text() == "mine\n"
    assert not (folder / "out" / "boot.scr").exists()


def test_changed_output_is_kept(folder, fixtures):
    """W0905: not overwritten without a word, nor without a copy."""
    assert build(folder, fixtures, GOOD).returncode == 0
    config = folder / "out" / "config.txt"
    config.write_text("mine\n")
    done = build(folder, fixtures, GOOD, "-Werror")
    assert done.returncode == 1 and config.read_text() == "mine\n"
    assert {p.name for p in config.parent.iterdir() if p.name.endswith("~")} == set()
    done = build(folder, fixtures, GOOD)
    assert done.returncode == 0
    assert b"warning[W0905]: 'out/config.txt' was changed since xendtc wrote it" in done.stderr
    assert config.read_text() != "mine\n" and (folder / "out" / "config.txt~").read_text() == "mine\n"
    done = build(folder, fixtures, GOOD)
    assert done.returncode == 0 and done.stderr == b""


@pytest.mark.parametrize("more", ["", ".", "./bin", "bin"])
def test_no_tool_of_the_current_folder(folder, fixtures, more):
    for place in (folder, folder / "bin"):
        place.mkdir(exist_ok=True)
        (place / "mkimage").write_text("#!/bin/sh\ntouch ran; exit 1\n")
        (place / "mkimage").chmod(0o755)
    (folder / "fit.yaml").write_text(GOOD + "boot: {fit: boot.itb}\n")
    done = run_xendtc("build", "--files", fixtures, "-o", "out", "fit.yaml", cwd=folder,
                      env={"PATH": f"{more}:{os.environ['PATH']}"})
    assert done.returncode == 0 and not list(folder.rglob("ran")), done.stderr.decode()


@pytest.mark.parametrize("name, good", [("../victim", False), ("{out}/../victim", False), ("sub/../../victim", False),
                                        (".", False), ("..", False), ("sub/", False), ("sub/../..", False),
                                        ("..b", True), ("sub/boot.itb", True)])
def test_name_of_a_fit_stays_in_the_folder(folder, fixtures, name, good):
    victim = folder / "victim"
    victim.write_text("precious")
    text = GOOD + f"boot: {{fit: {{name: {name.format(out=folder / 'out')}}}}}\n"
    (folder / "fit.yaml").write_text(text)
    done = run_xendtc("build", "--files", fixtures, "-o", "out", "fit.yaml", cwd=folder)
    assert victim.read_text() == "precious"
    assert done.returncode == (not good) and (b"E0350" in done.stderr) == (not good), done.stderr.decode()
    assert good == (folder / "out").exists()


@pytest.mark.parametrize("name", ["../mine", "/etc/hostname", "sub/../../mine", "..", "", "sub"])
def test_manifest_of_others_removes_nothing(folder, fixtures, name):
    """Somebody else may have written the manifest: no name in it leaves the folder."""
    mine = folder / "mine"
    mine.write_text("mine\n")
    (folder / "out" / "sub").mkdir(parents=True)
    sha256 = hashlib.sha256(b"mine\n").hexdigest()
    (folder / "out" / "manifest.json").write_text(json.dumps(
        {"tool": "xendtc 0", "files": [{"name": name, "sha256": sha256}], "fit": 3,
         "card": {"name": ["x"]}}))
    assert build(folder, fixtures, GOOD).returncode == 0
    assert mine.read_text() == "mine\n" and (folder / "out" / "sub").is_dir()


@pytest.mark.parametrize("text", ["", "[", "[]", "{}", '{"tool": 1}', '{"tool": "xendtc 1"}',
                                  '{"tool": "xendtc 1", "files": {"name": "boot.scr"}}'])
def test_any_manifest_is_replaced(folder, fixtures, text):
    (folder / "out").mkdir()
    (folder / "out" / "manifest.json").write_text(text)
    done = build(folder, fixtures, GOOD)
    assert done.returncode == 0 and done.stderr == b""
    assert json.loads((folder / "out" / "manifest.json").read_text())["files"]


# Generations.

def asked_for(folder):
    """What boot2.scr asks the server for."""
    script = (folder / "boot2.source").read_text()
    names = set(re.findall(r"^\tif tftpb 0x\w+ (\S+); then", script, re.M))
    assert names and all(name.encode() in (folder / "pi" / "boot2.scr").read_bytes()
                         for name in names)
    return names


def generation(memory, more=BY_CONTENT):
    return GOOD.replace("512M", memory) + more


def test_generation_stays_for_one_more(folder, fixtures):
    """A board that has begun to load finds all files of its set while the next build is made."""
    out, asked = folder / "out", []
    for memory in ("256M", "512M", "768M", "1G"):
        done = build(folder, fixtures, generation(memory), "--stage")
        assert done.returncode == 0 and done.stderr == b"", done.stderr.decode()
        asked.append(asked_for(out))
        assert own_names(out) == set().union(*asked[-2:])
    assert len(set().union(*asked)) == len(asked[0]) + 3  # the tree differs, nothing else


def test_same_generation_changes_nothing(folder, fixtures):
    """Not even when it is built three times, and no file that may be loaded is replaced."""
    for memory in ("256M", "512M"):
        build(folder, fixtures, generation(memory), "--stage")
    before = contents(folder / "out")
    inodes = {name: (folder / "out" / name).stat().st_ino for name in own_names(folder / "out")}
    for _ in range(3):
        assert build(folder, fixtures, generation("512M"), "--stage").returncode == 0
        assert contents(folder / "out") == before
    assert inodes == {n: (folder / "out" / n).stat().st_ino for n in own_names(folder / "out")}


def test_plain_names_again(folder, fixtures):
    for memory in ("256M", "512M"):
        build(folder, fixtures, generation(memory), "--stage")
    done = build(folder, fixtures, generation("768M", BY_CONTENT.replace(", names: content", "")),
                 "--stage")
    assert done.returncode == 0 and done.stderr == b""
    assert not own_names(folder / "out")
    assert not (folder / "out" / "manifest-before.json").exists()


def test_name_that_lies_is_mended(folder, fixtures):
    """A file with other contents than its name says, after a bad disk, is written anew."""
    build(folder, fixtures, generation("256M"), "--stage")
    name = next(n for n in sorted(own_names(folder / "out")) if "Image" in n)
    good = (folder / "out" / name).read_bytes()
    (folder / "out" / name).write_bytes(good[:-1] + b"!")
    assert build(folder, fixtures, generation("256M"), "--stage").returncode == 0
    assert (folder / "out" / name).read_bytes() == good


def test_without_staging_only_ours_are_named(folder, fixtures):
    assert build(folder, fixtures, generation("256M")).returncode == 0
    assert len(own_names(folder / "out")) == 1
    manifest = json.loads((folder / "out" / "manifest.json").read_text())
    kernel = next(f for f in manifest["files"] if f["role"] == "kernel")
    assert kernel["path"] == "Image" and kernel["name"] == f"Image.{kernel['sha256'][:8]}"
