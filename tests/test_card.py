# SPDX-License-Identifier: BSD-2-Clause
"""The image of a card, looked at by the tools of others: sfdisk, mtools, e2fsprogs."""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path

import pytest

import test_cases
from conftest import BESIDE, BINARY, HERE, TOP, environment, run_xendtc

CASE = HERE / "cases" / "rpi4-card"
SECTOR = 512

SYSTEM = """
board: rpi4
memory: 4G
device-tree: bcm2711-rpi-4-b.dtb
xen: {image: xen, cmdline: console=dtuart dtuart=serial1}
dom0: {kernel: Image, memory: 512M}
"""


def run(*words, **more):
    env = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", "LC_ALL": "C",
           "MTOOLSRC": "/dev/null", "TZ": "UTC"}
    done = subprocess.run([str(w) for w in words], stdout=subprocess.PIPE, check=True, env=env,
                          **more)
    return done.stdout


@pytest.fixture(scope="module")
def card(fixtures, tmp_path_factory):
    """The output folder of the case."""
    out = tmp_path_factory.mktemp("card") / "out"
    done = test_cases.build(CASE, fixtures, out)
    assert done.returncode == 0, done.stderr.decode()
    return out


def described(out):
    return json.loads((out / "manifest.json").read_text())["card"]


def table(image):
    """The partitions as sfdisk reads them: number -> start, size (bytes) and type."""
    listed = json.loads(run("sfdisk", "-J", image))["partitiontable"]["partitions"]
    return {int(p["node"].removeprefix(str(image))):
            (p["start"] * SECTOR, p["size"] * SECTOR, p["type"]) for p in listed}


def partition(image, number, folder):
    """A copy of one partition."""
    start, size, _ = table(image)[number]
    path = folder / f"{number}.img"
    with open(image, "rb") as whole, open(path, "wb") as part:
        whole.seek(start)
        part.write(whole.read(size))
    return path


def debugfs(image, command):
    return run("debugfs", "-R", command, image, stderr=subprocess.DEVNULL).decode()


def on_fat(image):
    listing = run("mdir", "-/", "-b", "-i", f"{image}@@1M", "::").decode().split()
    return {name.removeprefix("::/") for name in listing if not name.endswith("/")}


def test_table_is_the_manifest(card):
    assert (card / "sdcard.img").stat().st_size == described(card)["size"]
    assert {p["number"]: (p["start"], p["size"]) for p in described(card)["partitions"]} == {
        number: (start, size) for number, (start, size, _) in table(card / "sdcard.img").items()}


def test_first_partition_holds_all_files(card, fixtures):
    image = card / "sdcard.img"
    files = {f["name"]: f for f in described(card)["files"]}
    assert on_fat(image) == set(files)
    assert {"boot.scr", "config.txt", "u-boot.bin", "start4.elf", "overlays/disable-bt.dtbo",
            "xen/xen", "xen/Image", "xen/initrd.cpio.gz"} < set(files)
    for name, f in files.items():
        there = run("mtype", "-i", f"{image}@@1M", f"::{name}")
        source = fixtures / f["path"] if "path" in f else card / f["output"]
        assert there == source.read_bytes(), name


def test_script_on_the_card_is_the_one_that_loads(card):
    there = run("mtype", "-i", f"{card / 'sdcard.img'}@@1M", "::boot.scr")
    assert there == (card / "boot2.scr").read_bytes()
    assert re.search(r"load mmc 0:1 0x[0-9a-f]+ xen/Image; then", there.decode("latin-1"))


@pytest.mark.parametrize("number, label", [(2, "rootfs"), (3, "home")])
def test_file_systems_are_sound(card, tmp_path, number, label):
    image = partition(card / "sdcard.img", number, tmp_path)
    run("e2fsck", "-fn", image, stderr=subprocess.DEVNULL)
    assert f"Filesystem volume name:   {label}\n" in debugfs(image, "show_super_stats -h")


def test_archive_keeps_owners_and_devices(card, tmp_path):
    image = partition(card / "sdcard.img", 2, tmp_path)
    notes, null = debugfs(image, "stat /home/me/notes"), debugfs(image, "stat /null")
    assert re.search(r"User:\s+1000\s+Group:\s+1000\b", notes)
    assert "Mode:  0600" in notes and "mtime: 0x5f5e1000" in notes
    assert "Type: character special" in null and "01:03" in null
    assert debugfs(image, "cat /home/me/notes") == "mine\n"
    assert 'Fast link dest: "home/me"' in debugfs(image, "stat /me")


def test_folder_and_image_are_there(card, fixtures, tmp_path):
    home, data = (partition(card / "sdcard.img", n, tmp_path) for n in (3, 4))
    assert debugfs(home, "cat /etc/hostname") == "pi\n"
    assert data.read_bytes() == (fixtures / "root.ext4").read_bytes()


def test_no_temporary_files_are_left(card):
    assert sorted(p.name for p in card.iterdir() if p.name.startswith(".")) == []


def build(system, files, out, **more):
    return run_xendtc("build", "-q", "--files", files, "-o", out, "--stdin-filename", "s.yaml",
                      "-", stdin=system.encode(), **more)


def test_tftp_needs_little(fixtures, tmp_path):
    """With TFTP only the first script and what comes before it are on the card; its size is a
    power of two."""
    done = build(SYSTEM + "card: {u-boot: u-boot.bin, firmware: [firmware]}", fixtures,
                 tmp_path / "out")
    assert done.returncode == 0 and done.stderr == b""
    image = tmp_path / "out" / "sdcard.img"
    assert on_fat(image) == {"boot.scr", "config.txt", "u-boot.bin", "start4.elf", "fixup4.dat",
                             "bcm2711-rpi-4-b.dtb", "overlays/disable-bt.dtbo"}
    assert image.stat().st_size == 128 << 20
    assert run("mtype", "-i", f"{image}@@1M", "::boot.scr") == (
        tmp_path / "out" / "boot.scr").read_bytes()


def test_names_of_all_languages(own_fixtures, tmp_path):
    """mtools reads names by the locale; the one that is set for it knows all characters."""
    names = {"Grüße.txt", "日本.txt"}
    (own_fixtures / "more").mkdir()
    for name in names:
        (own_fixtures / "more" / name).write_text("text\n")
    done = build(SYSTEM + "card: {u-boot: u-boot.bin, firmware: [firmware, more]}", own_fixtures,
                 tmp_path / "out", env={"LC_ALL": "C"})
    assert done.returncode == 0 and done.stderr == b"", done.stderr.decode()
    image = tmp_path / "out" / "sdcard.img"
    listing = subprocess.run(["mdir", "-b", "-i", f"{image}@@1M", "::"], check=True, stdout=subprocess.PIPE,
                             env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}).stdout.decode()
    assert names < {line.removeprefix("::/") for line in listing.splitlines()}


def test_uefi_starts_from_a_folder_of_its_own(fixtures, tmp_path):
    """No script: firmware looks for EFI/BOOT/BOOTAA64.EFI, and Xen for all else beside it."""
    system = (HERE / "cases" / "qemu-uefi" / "system.yaml").read_text()
    done = build(system + "\ncard: {}\n", fixtures, tmp_path / "out")
    assert done.returncode == 0 and done.stderr == b""
    image = tmp_path / "out" / "sdcard.img"
    assert on_fat(image) == {f"EFI/BOOT/{name}" for name in (
        "BOOTAA64.EFI", "BOOTAA64.CFG", "virt-gicv3.dtb", "Image", "initrd.cpio", "policy.bin")}
    for name, source in [("BOOTAA64.EFI", fixtures / "xen-efi"),
                         ("BOOTAA64.CFG", tmp_path / "out" / "xen.cfg")]:
        there = run("mtype", "-i", f"{image}@@1M", f"::EFI/BOOT/{name}")
        assert there == source.read_bytes(), name


def test_partial_tree_is_there(fixtures, tmp_path):
    """The tree that xendtc makes of `passthrough` is a file that U-Boot loads, too."""
    system = (HERE / "cases" / "qemu-devices" / "system.yaml").read_text()
    done = build(system + "  load: virtio 0:1\ncard: {}\n", fixtures, tmp_path / "out")
    assert done.returncode == 0, done.stderr.decode()
    script = (tmp_path / "out" / "boot2.source").read_text()
    loaded = re.findall(r"if load virtio 0:1 0x[0-9a-f]+ (\S+); then", script)
    assert sum("passthrough" in name for name in loaded) == 2
    assert {"boot.scr", *loaded} == on_fat(tmp_path / "out" / "sdcard.img")


def test_many_partitions_are_logical(fixtures, tmp_path):
    """A fifth partition does not fit into a table of four."""
    roots = "".join(f"    r{i}: {{from: root, size: 8M}}\n" for i in range(5))
    done = build(SYSTEM + "card:\n  u-boot: u-boot.bin\n  firmware: [firmware]\n"
                 f"  partitions:\n{roots}", fixtures, tmp_path / "out")
    assert done.returncode == 0, done.stderr.decode()
    image = tmp_path / "out" / "sdcard.img"
    parts = table(image)
    assert {n: kind for n, (_, _, kind) in parts.items()} == {
        1: "c", 2: "83", 3: "83", 4: "f", 5: "83", 6: "83", 7: "83"}
    for p, number in zip(described(tmp_path / "out")["partitions"], (1, 2, 3, 5, 6, 7)):
        assert (p["number"], p["start"], p["size"]) == (number, *parts[number][:2])
    label = debugfs(partition(image, 7, tmp_path), "show_super_stats -h")
    assert "Filesystem volume name:   r4\n" in label


@pytest.fixture
def nobodys():
    """A folder below which anybody may work: those of pytest are for their owner."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_nobody_makes_the_same_card(card, fixtures, tmp_path, nobodys):
    """An archive's owners do not depend on who unpacks it, and a folder's files are root's."""
    mine = nobodys
    shutil.copytree(fixtures, mine / "files",
                    ignore=shutil.ignore_patterns("monster.cpio", "huge.cpio", "roomy.cpio"))
    binary = mine / "xendtc"
    shutil.copy(BINARY, binary)
    shutil.copytree(TOP / "boards", mine / "boards")
    run("chown", "-R", "65534:65534", mine)
    subprocess.run(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
                    binary, "build", "-q", "--board-path", mine / "boards", "--files",
                    mine / "files", "-o", mine / "out", "--stdin-filename", "system.yaml", "-"],
                   input=(CASE / "system.yaml").read_bytes(), check=True, cwd=mine,
                   env=environment(SOURCE_DATE_EPOCH=test_cases.EPOCH))
    for number in (1, 2, 4):
        ours, theirs = (partition(out / "sdcard.img", number, folder) for out, folder in (
            (card, tmp_path), (mine / "out", mine)))
        assert ours.read_bytes() == theirs.read_bytes(), number
    home = partition(mine / "out" / "sdcard.img", 3, mine)
    assert re.search(r"User:\s+0\s+Group:\s+0\b", debugfs(home, "stat /etc/hostname"))


# What goes wrong.

ROOT = SYSTEM + """card:
  u-boot: u-boot.bin
  firmware: [firmware]
  partitions: {rootfs: ARCHIVE}
"""


def test_tool_is_missing(fixtures, tmp_path):
    """E0920: which one, and which package has it. Nothing is written."""
    done = build(ROOT.replace("ARCHIVE", "root.tar"), fixtures, tmp_path / "out",
                 env={"PATH": "/nonexistent"})
    text = done.stderr.decode()
    assert done.returncode == 3
    assert "s.yaml:7:1: error[E0920]: this needs the program 'mcopy', which is not here" in text
    for package in ("mtools", "fakeroot", "libarchive-tools"):
        assert f"= help: install it: apt install {package}\n" in text
    assert not (tmp_path / "out").exists()


def test_tool_fails(own_fixtures, tmp_path):
    """E0921: the tool's own words. Nothing is written, and what was there stays."""
    broken = own_fixtures / "broken.tar.gz"
    broken.write_bytes((own_fixtures / "root.tar.gz").read_bytes()[:900])
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "boot.scr").write_text("old")
    done = build(ROOT.replace("ARCHIVE", broken.name), own_fixtures, tmp_path / "out")
    text = done.stderr.decode()
    assert done.returncode == 3
    assert re.search(r"^s\.yaml:7:1: error\[E0921\]: '(fakeroot|bsdtar)' failed: \S.*truncated",
                     text, re.M), text
    assert "broken.tar.gz' must be a whole tar or cpio archive" in text
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["boot.scr"]


def test_usage_is_left_out(fixtures, tmp_path):
    """E0921: what is wrong is said, and not the options of the program."""
    tool = tmp_path / "bin" / "mkimage"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho 'mkimage: too old'\necho 'Error: no FIT'\n"
                    "echo 'Usage: mkimage -l image'\necho '  -l ==> list'\nexit 1\n")
    tool.chmod(0o755)
    done = build(SYSTEM + "boot: {fit: {}}", fixtures, tmp_path / "out",
                 env={"PATH": f"{tool.parent}:{os.environ['PATH']}"})
    assert done.returncode == 3
    assert (": error[E0921]: 'mkimage' failed: mkimage: too old; Error: no FIT\n"
            in done.stderr.decode())
    assert "= help: mend what the program says; " in done.stderr.decode()


def test_file_system_is_full(fixtures, tmp_path):
    """A size that is only just too small is for mke2fs to find out."""
    done = build(ROOT.replace("ARCHIVE", "{from: large.tar, size: 13M}"), fixtures,
                 tmp_path / "out")
    assert done.returncode == 3
    assert b"error[E0921]" in done.stderr
    assert b"if the partition is full, give 'rootfs' a larger 'size'" in done.stderr
    assert not (tmp_path / "out").exists()


def start_with_mcopy(script, fixtures, work, **more):
    """A build whose mcopy is the script, to the place where that has begun. It leaves a daemon,
    whose number is in the file `daemon`."""
    mcopy = work / "bin" / "mcopy"
    mcopy.parent.mkdir()
    mcopy.write_text(f"#!/bin/sh\nsleep 600 >{work}/ours 2>&1 & echo $! >{work}/daemon\n"
                     f": >{work}/started\n{script}\n")
    mcopy.chmod(0o755)
    words = [] if BESIDE else ["--board-path", TOP / "boards"]
    (work / "s.yaml").write_text(ROOT.replace("ARCHIVE", "root.ext4"))
    one = subprocess.Popen([BINARY, *words, "build", "--files", fixtures, "s.yaml"],
                           cwd=work, stderr=subprocess.PIPE, **more,
                           env=environment(PATH=f"{mcopy.parent}:{os.environ['PATH']}"))
    for _ in range(200):
        if (work / "started").exists():
            break
        time.sleep(0.1)
    return one


def is_gone(work):
    """Whether the daemon has ended, or does so within ten seconds."""
    number = (work / "daemon").read_text().strip()
    for _ in range(100):
        state = Path(f"/proc/{number}/stat")
        if not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_interrupted(ending, fixtures, tmp_path):
    """A signal while a tool works: no half image, no temporary folder, nothing that goes on. A
    shell has what it starts in the background ignore SIGINT, these tests too."""
    one = start_with_mcopy("sleep 60", fixtures, tmp_path,
                           preexec_fn=lambda: signal.signal(ending, signal.SIG_DFL))
    one.send_signal(ending)
    one.communicate(timeout=20)
    assert one.returncode == -ending
    assert not list(tmp_path.glob("out/*")) and not list(tmp_path.glob("out/.*"))
    assert is_gone(tmp_path)


def test_nothing_goes_on_behind_a_tool(fixtures, tmp_path):
    one = start_with_mcopy(f'exec {shutil.which("mcopy")} "$@"', fixtures, tmp_path)
    said = one.communicate(timeout=60)[1]
    assert one.returncode == 0, said.decode()
    assert (tmp_path / "out" / "sdcard.img").exists() and is_gone(tmp_path)


@pytest.mark.parametrize("ignored", [signal.SIGHUP, signal.SIGINT])
def test_ignored_signal(ignored, fixtures, tmp_path):
    """nohup and shells have a program ignore a signal: then it ends no tool either."""
    one = start_with_mcopy(f'sleep 1\nexec {shutil.which("mcopy")} "$@"', fixtures, tmp_path,
                           preexec_fn=lambda: signal.signal(ignored, signal.SIG_IGN))
    one.send_signal(ignored)
    said = one.communicate(timeout=60)[1]
    assert one.returncode == 0, said.decode()
    assert (tmp_path / "out" / "sdcard.img").exists()


def add_entry(archive, name, data=None, link=None, kind=tarfile.SYMTYPE):
    entry = tarfile.TarInfo(name)
    if link:
        entry.type, entry.linkname = kind, str(link)
    else:
        entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data or b""))


# Archives that lead to HOST, a folder of the building machine: what is in each entry.
ESCAPES = {
    "through a link": [("out", None, "HOST"), ("out/written", b"x")],
    "through a link and back": [("a", None, "../../../../../../../../.."), ("aHOST/written", b"x")],
    "absolute": [("HOST/written", b"x")],
    "upwards": [("../../../../../../../../../HOST/written", b"x")],
    "a hard link": [("s", None, "HOST/secret", tarfile.LNKTYPE)],
    "a hard link through a link": [("out", None, "HOST"),
                                   ("s", None, "out/secret", tarfile.LNKTYPE)],
    "a hard link upwards": [("s", None, "../../../../../../../../../HOST/secret", tarfile.LNKTYPE)],
}


@pytest.mark.parametrize("kind", ESCAPES)
def test_archive_that_leads_to_the_host(kind, own_fixtures, tmp_path):
    """Nothing is written there, and nothing that lies there gets into the image."""
    host = tmp_path / "host"
    host.mkdir()
    (host / "secret").write_text("host's own secret, " * 300)
    with tarfile.open(own_fixtures / "escape.tar", "w") as archive:
        add_entry(archive, "etc/hostname", b"guest\n")
        for name, *rest in ESCAPES[kind]:
            rest = [r.replace("HOST", str(host)) if isinstance(r, str) else r for r in rest]
            add_entry(archive, name.replace("HOST", str(host)), *rest)
    done = build(ROOT.replace("ARCHIVE", "{from: escape.tar, size: 16M}"), own_fixtures,
                 tmp_path / "out")
    assert [p.name for p in host.iterdir()] == ["secret"]
    assert (host / "secret").stat().st_nlink == 1
    image = tmp_path / "out" / "sdcard.img"
    assert done.returncode == (0 if image.exists() else 3), done.stderr.decode()
    assert not image.exists() or b"host's own secret" not in image.read_bytes()


@pytest.mark.parametrize("name, more", [
    ("sdcard.img", "card: {u-boot: u-boot.bin, firmware: [firmware]}"),
    ("boot.itb", "boot: {fit: {}}"),
    ("Image", "boot: {fit: Image}"),
    ("Image", "boot: {fit: boot.its}"),
    ("Image", "boot: {fit: bcm2711-rpi-4-b.dtb}"),
])
def test_images_take_no_name(own_fixtures, tmp_path, name, more):
    """E0903: an image that we make would stand where another file is to stand."""
    if name != "Image":
        (own_fixtures / name).write_bytes((own_fixtures / "Image").read_bytes())
    done = build(SYSTEM.replace("kernel: Image", f"kernel: {name}") + more, own_fixtures,
                 tmp_path / "out")
    assert done.returncode == 1
    assert b"error[E0903]: '" in done.stderr
    assert not (tmp_path / "out").exists()


def test_u_boot_under_the_name_that_the_board_wants(own_fixtures, tmp_path):
    """No W0324 for a file that is there, nor a card where the firmware does not find it."""
    board = (TOP / "boards" / "rpi4" / "board.yaml").read_text()
    (tmp_path / "board.yaml").write_text(re.sub(
        r"^firmware:\n(  - .*\n)+", "firmware: [boot.bin, u-boot.itb]\n", board, flags=re.M))
    for name in ("boot.bin", "u-boot.itb"):
        (own_fixtures / name).write_bytes(b"firmware\0")
    system = SYSTEM.replace("board: rpi4", f"board: {tmp_path}/board.yaml")
    done = build(system + "card: {u-boot: u-boot.itb, firmware: [boot.bin]}\n", own_fixtures,
                 tmp_path / "out")
    assert done.returncode == 0 and b"W0324" not in done.stderr, done.stderr.decode()
    assert {"boot.bin", "u-boot.itb"} <= on_fat(tmp_path / "out" / "sdcard.img")


def test_fit_on_the_card(fixtures, tmp_path):
    """Two files are enough: the script, and the FIT that it loads."""
    system = (HERE / "cases" / "qemu-fit" / "system.yaml").read_text()
    done = build(system + "  load: virtio 0:1\ncard: {}\n", fixtures, tmp_path / "out")
    assert done.returncode == 0, done.stderr.decode()
    image = tmp_path / "out" / "sdcard.img"
    assert on_fat(image) == {"boot.scr", "xen/system.itb"}
    there = run("mtype", "-i", f"{image}@@1M", "::xen/system.itb")
    assert there == (tmp_path / "out" / "system.itb").read_bytes()
    script = (tmp_path / "out" / "boot.source").read_text()
    assert re.search(r"if load virtio 0:1 0x[0-9a-f]+ xen/system.itb; then", script)


@pytest.mark.parametrize("name", ["file", "Image", "-L", "1"])
def test_partition_takes_no_name_of_another_file(own_fixtures, tmp_path, name):
    """A FIT, its kernel and what goes onto the card are made in one folder with the root file
    systems."""
    system = (HERE / "cases" / "qemu-fit" / "system.yaml").read_text()
    text = system + (f"  load: virtio 0:1\ncard: {{partitions: {{\"{name}\": "
                     "{from: root.tar.gz, size: 8M}}}\n")
    done = build(text, own_fixtures, tmp_path / "out")
    assert done.returncode == 0, done.stderr.decode()
    start = described(tmp_path / "out")["partitions"][1]["start"]
    with open(tmp_path / "out" / "sdcard.img", "rb") as image:
        image.seek(start + 1024 + 120)  # s_volume_name (Documentation/filesystems/ext4/super.rst)
        assert image.read(16).rstrip(b"\0").decode() == name


@pytest.mark.parametrize("name", ['x"; evil = /incbin/("Image"); y = "', "a\\\\", "*/ / {"])
def test_name_of_a_board_in_a_fit(fixtures, tmp_path, name):
    """It is text there, whatever is in it."""
    board = (TOP / "boards" / "qemu-arm64" / "board.yaml").read_text()
    quoted = name.replace("'", "''")
    (tmp_path / "board.yaml").write_text(re.sub(r"^name: .*", lambda _: f"name: '{quoted}'", board, flags=re.M))
    system = (HERE / "cases" / "qemu-fit" / "system.yaml").read_text()
    text = re.sub(r"^board: .*", f"board: {tmp_path}/board.yaml", system, flags=re.M)
    done = build(text, fixtures, tmp_path / "out")
    assert done.returncode == 0, done.stderr.decode()
    its = (tmp_path / "out" / "boot.its").read_text()
    assert len(re.findall(r'^\tdescription = "Xen on [^"\\]*";$', its, re.M)) == 1
