# SPDX-License-Identifier: BSD-2-Clause
"""One description for several machines: `extends`, --set, and `memory` with several sizes."""

import json
import os
import re
import shutil

import jsonschema
import pytest
import yaml

from conftest import TOP, run_xendtc

BASE = """board: rpi4
memory: 4G
xen: {image: xen, cmdline: console=dtuart dtuart=serial1}
dom0: {kernel: Image, ramdisk: initrd.cpio, memory: 512M, cmdline: console=hvc0}
guests:
  net: {kernel: Image, memory: 128M, vcpus: 1}
"""


@pytest.fixture
def base(fixtures, tmp_path):
    """base.yaml with its files in a folder, and an empty folder beside it."""
    folder = tmp_path / "base"
    folder.mkdir()
    for name in ("xen", "Image", "initrd.cpio", "bcm2711-rpi-4-b.dtb"):
        shutil.copy(fixtures / name, folder)
    (folder / "base.yaml").write_text(BASE)
    (tmp_path / "over").mkdir()
    return folder


def over(base, text, name="over.yaml"):
    path = base.parent / "over" / name
    path.write_text(text)
    return path


def dom0_memory(path, *options):
    done = run_xendtc("map", "--json", *options, path)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)["memory"]["dom0"] >> 20


def test_base_counts_unless_said_otherwise(base):
    path = over(base, "extends: ../base/base.yaml\ndom0: {memory: 1G}\n")
    assert dom0_memory(base / "base.yaml") == 512
    assert dom0_memory(path) == 1024
    assert dom0_memory(path, "--set", "dom0.memory=2G", "--set", "dom0.memory=256M") == 256


def test_names_are_looked_up_beside_who_names_them(base):
    path = over(base, "extends: ../base/base.yaml\ndom0: {kernel: Own}\n")
    done = run_xendtc("check", path)
    assert done.returncode == 1
    assert done.stderr.count(b"error[") == 1 and b"over/Own' cannot be read" in done.stderr
    shutil.copy(base / "Image", path.parent / "Own")
    assert run_xendtc("check", path).returncode == 0
    done = run_xendtc("check", "--files", base, path)
    assert b"base/Own' cannot be read" in done.stderr


def test_chain(base):
    over(base, "extends: ../base/base.yaml\nguests: {log: {kernel: Image, memory: 64M, vcpus: 1}}\n", "middle.yaml")
    path = over(base, "extends: middle.yaml\nguests: {net: null, log: {vcpus: 2}}\n")
    os.link(base / "Image", path.parent / "Image")
    out = base.parent / "out"
    assert run_xendtc("build", "-q", "--depfile", base.parent / "dep", "-o", out, path).returncode == 0
    script = (out / "boot2.source").read_text()
    assert "log" in script and "net" not in script
    rule = (base.parent / "dep").read_text()
    assert "middle.yaml" in rule and "base.yaml" in rule


@pytest.mark.parametrize("files, good", [(32, True), (33, False)])
def test_chain_has_an_end(base, files, good):
    for i in range(files):
        over(base, f"extends: {i + 1}.yaml\n" if i + 1 < files else "extends: ../base/base.yaml\n", f"{i}.yaml")
    done = run_xendtc("check", base.parent / "over" / "0.yaml")
    assert done.returncode == (not good) and (b"E0333" in done.stderr) == (not good)


def test_base_is_never_written_over(base):
    path = over(base, "extends: ../base/base.yaml\n")
    before = (base / "base.yaml").read_bytes()
    done = run_xendtc("map", "--svg", base / "base.yaml", path)
    assert done.returncode != 0 and (base / "base.yaml").read_bytes() == before
    os.link(base / "base.yaml", base / "map.svg")
    done = run_xendtc("map", "--svg", base / "map.svg", path)
    assert b"E0902" in done.stderr and (base / "base.yaml").read_bytes() == before


def test_base_from_standard_input(base):
    text = b"extends: base.yaml\nmemory: [1G, 8G]\n"
    assert run_xendtc("check", "-", cwd=base, stdin=text).returncode == 0
    assert run_xendtc("check", "-", stdin=text).returncode == 1


@pytest.mark.parametrize("name", ["/dev/null", "/dev/zero", "../base", "../../../../../../etc/passwd", ".",
                                  "over.yaml", "./over.yaml", "../over/../over/over.yaml"])
def test_what_is_no_base(base, name):
    """Neither a device, a folder, another's file nor itself; and nothing of it is shown."""
    done = run_xendtc("check", over(base, f"extends: {name}\n"))
    assert done.returncode == 1 and re.search(rb"E033[34]|E0112", done.stderr), done.stderr.decode()
    assert b"root:" not in done.stderr + done.stdout


# Files of others that have keys of ours at the left edge, too.
OTHERS = {
    "compose": "name: SECRET\nmemory: SECRET\nservices:\n  db: SECRET\npassword: SECRET\nversion: 3\n",
    "secret": "apiVersion: v1\nkind: Secret\nname: SECRET\ntitle: SECRET\ncompatible: SECRET\n"
              "data: SECRET\n",
    "key": "-----BEGIN PRIVATE KEY-----\nSECRET\nboot: SECRET\n-----END PRIVATE KEY-----\n",
    "password": "root:SECRET:1:\nxen:SECRET:2:\ndaemon:SECRET:3:\n",
    "environment": "PASSWORD=SECRET\nxen: SECRET\nTOKEN=SECRET\n",
}


@pytest.mark.parametrize("form", ["text", "sarif", "junit", "gitlab", "github"])
@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("said", ["extends: {}", "board: ./{}"])
def test_nothing_is_shown_of_files_of_others(base, kind, said, form):
    """Who wrote the description may not be who can read them."""
    (base / "others").write_text(OTHERS[kind])
    text = over(base, said.format("../base/others") + "\n")
    if "board" in said:
        text.write_text((base / "base.yaml").read_text().replace("board: rpi4", f"board: {base}/others"))
    for words in (["--format", form], ["--diff"]):
        done = run_xendtc("check", *words, text)
        assert done.returncode == 1 and b"others" in done.stdout + done.stderr
        assert b"SECRET" not in done.stdout + done.stderr, (done.stdout + done.stderr).decode()


def test_pipe_is_no_base(base):
    os.mkfifo(base / "pipe.yaml")
    done = run_xendtc("check", over(base, "extends: ../base/pipe.yaml\n"))
    assert done.returncode == 1 and b"E0334" in done.stderr


@pytest.mark.parametrize("setting", ["memory", "=4G", "memory.=4G", "memory=", ".a=1", "a..b=1", "extends=x.yaml",
                                     "a." * 40 + "b=1"])
def test_settings_that_are_none(base, setting):
    done = run_xendtc("check", "--set", setting, base / "base.yaml")
    assert done.returncode == 2 and b"--set" in done.stderr


@pytest.mark.parametrize("setting, code", [
    ("memory=[4G", b"E0101"), ("memory=6G", b"E0306"), ("dom0=null", None),
    ("memroy=4G", b"E0201"), ("board=null", b"E0202"), ("guests.net.memory=8G", b"E0805"),
    ("dom0.kernel.file=Image", None), ("xen.cmdline=console=dtuart dtuart=serial1", None)])
def test_setting(base, setting, code):
    done = run_xendtc("check", "--set", setting, base / "base.yaml")
    assert done.returncode == (1 if code else 0), done.stderr.decode()
    assert code is None or code in done.stderr


@pytest.mark.parametrize("setting, place", [
    ("dom0.memry=2G", (1, 6)), ("memory=3G", (1, 8)), ("memory=[4G", (1, 8)), ("é.a=1", (1, 1)),
    ("guests.net.é=1", (1, 12)), ("dom0.cmdline=é", (1, 14)),
    ("dom0=kernel: Image\nmemory: 1G\nfoo: 2", (3, 1))])
def test_place_of_a_setting(base, setting, place):
    """The line is what was typed behind --set."""
    done = run_xendtc("check", "--format", "json", "--set", setting, base / "base.yaml")
    found = json.loads(done.stdout)["diagnostics"][0]
    assert found["place"]["file"] == "--set"
    assert (found["place"]["line"], found["place"]["column"]) == place


@pytest.mark.parametrize("setting, help_line", [
    ("guests.nte.vcpus=2", "did you mean 'net'?"),
    ("guests.storage.memory=1G", "add them, or write a name that is there: net"),
    ("gests.net.vcpus=2", "did you mean 'guests'?"),
    ("guests.net.memry=1G", "did you mean 'memory'?"),
    ("net.memory=64M", "'net' is a guest: write guests.net"),
    ("dom0/memory=1G", "the parts have points between them: dom0.memory"),
])
def test_setting_of_what_is_not_there(base, setting, help_line):
    """One finding, which knows that a name was to be one of the description's."""
    done = run_xendtc("check", "--set", setting, base / "base.yaml")
    assert done.returncode == 1 and done.stderr.count(b"error[") == 1
    assert f"= help: {help_line}\n" in done.stderr.decode()


def test_each_size_is_checked(base):
    path = over(base, "extends: ../base/base.yaml\nmemory: [1G, 2G, 4G]\nguests: {net: {memory: 1G}}\n")
    done = run_xendtc("check", "--format", "json", path)
    found, = json.loads(done.stdout)["diagnostics"]
    assert found["code"] == "E0805"
    where = [n["place"]["column"] for n in found["notes"] if n["message"] == "with this size of memory"]
    assert where == [10]


def test_sizes_share_outputs(base):
    path = over(base, "extends: ../base/base.yaml\nmemory: [1G, 8G]\n")
    outs = []
    for name, options in (("all", []), ("1", ["--set", "memory=1G"]), ("8", ["--set", "memory=8G"])):
        out = base.parent / f"out-{name}"
        assert run_xendtc("build", "-q", "-o", out, *options, path).returncode == 0
        outs.append(out)
    trees = {(out / "bcm2711-rpi-4-b.dtb").read_bytes() for out in outs}
    assert len(trees) == 1
    assert "with 1G, 8G of memory" in (outs[0] / "boot2.source").read_text()


def test_allowed_in_the_base(base):
    """A comment allows a warning of the text that it is in, though another one extends it."""
    text = BASE.replace("dtuart=serial1}", "dtuart=serial1 ours=1}   # xendtc: allow W0707 a fork's")
    (base / "base.yaml").write_text(text)
    allowed = run_xendtc("check", "--format", "short", over(base, "extends: ../base/base.yaml\n"))
    (base / "base.yaml").write_text(text.replace("# xendtc", "#"))
    warned = run_xendtc("check", "--format", "short", over(base, "extends: ../base/base.yaml\n"))
    assert b"W0707" in warned.stderr and b"W0707" not in allowed.stderr + allowed.stdout


def test_fixes_of_a_base_are_not_promised(base):
    """--fix writes the file that it is given, not those that it extends."""
    (base / "base.yaml").write_text(BASE.replace("vcpus", "vcpsu"))
    path = over(base, "extends: ../base/base.yaml\n")
    said = run_xendtc("check", base / "base.yaml").closing, run_xendtc("check", path).closing
    assert [b"--fix" in line for line in said] == [True, False]


def test_editors_take_half_a_description():
    """With `extends` nothing is required, and null is a value; without, both are as ever."""
    schema = json.loads((TOP / "schemas" / "system.schema.json").read_text())
    check = jsonschema.Draft202012Validator(schema)
    half = yaml.safe_load("extends: a.yaml\nguests: {net: {memory: 1G}, log: null}\n")
    assert check.is_valid(half)
    assert not check.is_valid({"guests": half["guests"]})
    assert not check.is_valid({**half, "memroy": "1G"})
    assert not check.is_valid({**yaml.safe_load(BASE), "dom0": None})
