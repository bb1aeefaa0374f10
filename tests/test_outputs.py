# SPDX-License-Identifier: BSD-2-Clause
"""The set of outputs: what is in it, and what becomes of that of an earlier run."""

import errno
import hashlib
import json
import os
import re
import shutil
import stat

import pytest

import test_cases
from conftest import HERE, TOP, run_xendtc
from test_command_line import GOOD, folder, run  # noqa: F401, the last two are fixtures

ROW = re.compile(r'^\t\{ ("(?P<name>[^"]+)"|NULL|[A-Z_]+), ("(?P<role>[^"]+)"|NULL)', re.M)


def rows():
    """Names and roles in the table of outputs; None where they depend on the plan."""
    text = (TOP / "compiler" / "emit" / "outputs.c").read_text()
    table = text[text.index("output_rows[] = {"):]
    return [(m["name"], m["role"]) for m in ROW.finditer(table)]


# From here on a file is an image, of which most is holes.
LARGE = 8 << 20


def parts(path):
    """The pieces of an image that are not zero, and its size: equal if and only if the bytes are."""
    zeros = bytes(4096)
    with open(path, "rb") as f:
        size, at, found = os.fstat(f.fileno()).st_size, 0, []
        while at < size:
            try:
                at = os.lseek(f.fileno(), at, os.SEEK_DATA) & -4096
            except OSError as e:
                assert e.errno == errno.ENXIO
                break
            piece = os.pread(f.fileno(), 4096, at)
            if piece != zeros[:len(piece)]:
                found.append((at, piece))
            at += len(piece)
    return size, tuple(found)


def contents(folder):
    return {str(p.relative_to(folder)):
            (p.read_bytes() if p.stat().st_size < LARGE else parts(p), p.stat().st_mode & 0o777)
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
          "MKE2FS_CONFIG": "/dev/null", "MTOOLSRC": "/nonexistent", "MTOOLS_NO_VFAT": "1",
          "MTOOLS_NAME_NUMERIC_TAIL": "0", "TAR_READER_OPTIONS": "hdrcharset=none"}),
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

BY_CONTENT = "boot: {server: 192.168.0.1, client: dhcp, prefix: pi/, names: content}\n"


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


def test_old_outputs_stay_if_it_fails(folder, fixtures):
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


@pytest.mark.parametrize("name", ["manifest.json", "manifest-before.json", "boot.scr"])
@pytest.mark.parametrize("more", ["", BY_CONTENT], ids=["plain", "content"])
def test_pipe_in_the_place_of_an_output(folder, fixtures, name, more):
    """Nobody waits for it, least of all with signals held back."""
    (folder / "out").mkdir()
    os.mkfifo(folder / "out" / name)
    done = build(folder, fixtures, GOOD + more)
    assert done.returncode == (0 if name == "manifest-before.json" else 3), done.stderr.decode()
    assert done.returncode == 0 or b"is no file, but a pipe" in done.stderr


@pytest.mark.parametrize("name", ["null", "pipe", "stdout"])
@pytest.mark.parametrize("words", [["map", "--svg"], ["map", "--html"], ["build", "-q", "--depfile"],
                                   ["import", "-o"]], ids=lambda words: words[-1])
def test_device_is_not_replaced(folder, fixtures, name, words):
    """As root, a rename would take /dev/null or /dev/stdout from everybody."""
    place = folder / name
    os.mkfifo(folder / "pipe")
    (folder / "stdout").symlink_to("/proc/self/fd/1")
    try:
        os.mknod(folder / "null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    except PermissionError:
        (folder / "null").symlink_to("/proc/self/fd/2")
    (folder / "config").write_text("XEN=xen\nDOM0_KERNEL=Image\n")
    before = place.lstat()[:2]  # its mode and which it is
    source = "config" if "import" in words else "good.yaml"
    done = run_xendtc(*words, place, "--files", fixtures, source, cwd=folder)
    assert done.returncode == 3 and b"is no file, but a pipe" in done.stderr, done.stderr.decode()
    assert place.lstat()[:2] == before


@pytest.mark.parametrize("link, leads, good", [
    ("sub", "../victim", False), ("sub/deep", "../../victim", False), ("sub", "nowhere", False),
    ("sub", "real", True)])
def test_link_below_the_folder_does_not_lead_out(folder, fixtures, link, leads, good):
    """A description comes with other files, such as an output folder with links in it: nothing is
    written through them, and nothing that a manifest names behind them is removed."""
    out, victim = folder / "out", folder / "victim"
    (out / "real").mkdir(parents=True)
    (out / link).parent.mkdir(exist_ok=True)
    victim.mkdir()
    (victim / "mine").write_text("mine\n")
    (out / link).symlink_to(leads)
    text = GOOD + "boot: {server: 192.168.0.1, client: dhcp, prefix: sub/deep/}\n"
    done = build(folder, fixtures, text, "--stage")
    assert done.returncode == (0 if good else 3), done.stderr.decode()
    assert good or (b"a link leads out of 'out'" in done.stderr and b"-o" in done.stderr)
    sha256 = hashlib.sha256(b"mine\n").hexdigest()
    (out / "manifest.json").write_text(json.dumps(
        {"tool": "xendtc 0", "files": [{"name": f"{link}/mine", "sha256": sha256}]}))
    assert build(folder, fixtures, GOOD).returncode == 0
    assert [p.name for p in victim.iterdir()] == ["mine"]


@pytest.mark.parametrize("words, good", [([], False), (["-o", "out"], True)])
def test_folder_that_is_a_link(folder, fixtures, words, good):
    """It may be one where the caller says so; beside a description anybody may have put it."""
    (folder / "elsewhere").mkdir()
    (folder / "out").symlink_to("elsewhere")
    done = build(folder, fixtures, GOOD, *words)
    assert done.returncode == (0 if good else 3), done.stderr.decode()
    assert good or b"name it: -o out" in done.stderr
    assert any((folder / "elsewhere").iterdir()) == good


def test_second_change_takes_no_place_of_the_first(folder, fixtures):
    """What was kept stays kept, and so does whatever else has that name."""
    config = folder / "out" / "config.txt"
    for text in ("first\n", "second\n"):
        assert build(folder, fixtures, GOOD).returncode == 0
        config.write_text(text)
    (folder / "out" / "config.txt~2").mkdir()
    done = build(folder, fixtures, GOOD)
    assert done.returncode == 0 and b"kept as 'out/config.txt~3'" in done.stderr
    assert [(folder / "out" / f"config.txt{n}").read_text() for n in ("~", "~3")] == \
        ["first\n", "second\n"]


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
