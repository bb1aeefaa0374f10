# SPDX-License-Identifier: BSD-2-Clause
"""What tools/setup.sh says where it cannot install anything."""

import re
import shutil
import subprocess

import pytest

from conftest import TOP, environment

SETUP = TOP / "tools" / "setup.sh"
NEEDED = ["bash", "cat", "dirname", "env", "grep", "sed", "sort"]

# Programs of a machine on which nobody is root and no package is installed.
USER = {"id": "echo 1000", "apt-get": "echo apt-get was called >&2; exit 1", "dpkg-query": "exit 1"}


def run(folder, word, programs, more=(), script=SETUP):
    """setup.sh, or another script, with a PATH of these programs, and the few that each machine has."""
    folder.mkdir()
    for name in (*NEEDED, *more):
        (folder / name).symlink_to(shutil.which(name))
    for name, text in programs.items():
        (folder / name).write_text(f"#!/bin/bash\n{text}\n")
        (folder / name).chmod(0o755)
    done = subprocess.run([shutil.which("bash"), script, word], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env={**environment(), "PATH": str(folder),
                               "XDG_CACHE_HOME": str(folder / "cache")},
                          check=False)
    return done.returncode, done.stderr.decode()


def listed(text):
    """The packages of the list, which are those of the line to type."""
    packages = re.findall(r"^  (\S+)$", text, re.M)
    assert f"apt-get install {' '.join(packages)}\n" in text
    return set(packages)


@pytest.mark.parametrize("word, wanted, unwanted", [
    ("build", {"gcc", "meson", "libyaml-dev", "libfdt-dev", "scdoc"}, {"python3-pytest", "clang"}),
    ("quick", {"gcc", "python3-pytest", "zsh", "fish"}, {"clang", "qemu-efi-aarch64", "checkpolicy"}),
    ("test", {"gcc", "python3-pytest", "clang", "qemu-efi-aarch64"}, set())])
def test_without_root(tmp_path, word, wanted, unwanted):
    status, text = run(tmp_path / "bin", word, USER)
    assert status == 1 and "neither root nor sudo" in text and "was called" not in text
    assert wanted <= listed(text) and not unwanted & listed(text)


# apt where no list can be read: a failure only if it is told that this is one.
OFFLINE = {"id": "echo 0", "dpkg-query": "exit 1", "dpkg": "echo amd64", "apt-get": """\
. /etc/os-release
case $* in
*indextargets*) echo "http://debian.example/debian $VERSION_CODENAME" ;;
*Error-Mode=any*update) exit 100 ;;
*update) grep -q 'Error-Mode "any"' "${4:-/dev/null}" && exit 100 ;;
*) echo "apt-get went on: $*" >&2; exit 100 ;;
esac"""}


def test_without_network(tmp_path):
    status, text = run(tmp_path / "bin", "build", OFFLINE, more=(
        "awk", "cmp", "find", "mkdir", "mv", "touch", "xargs"))
    assert status == 1 and "is there a network?" in text and "went on" not in text
    assert {"gcc", "meson", "libfdt-dev"} <= listed(text)
    assert not list(tmp_path.rglob("fresh")), "lists that were not read pass for fresh ones"


def test_without_apt(tmp_path):
    status, text = run(tmp_path / "bin", "build", {"id": "echo 0"})
    assert status == 1 and "no apt here" in text
    assert {"gcc", "meson", "libfdt-dev", "libyaml-dev", "cpio"} <= listed(text)


def test_without_apt_some_is_there(tmp_path):
    status, text = run(tmp_path / "bin", "build", {
        "cc": "exit 0", "meson": "exit 0", "pkg-config": "exit 0", "cpio": "exit 0"})
    assert status == 1
    assert listed(text) == {"git", "ninja-build", "scdoc", "device-tree-compiler", "u-boot-tools",
                            "xz-utils"}


BUILDS = ["cc", "meson", "ninja", "pkg-config", "git", "scdoc", "dtc", "mkimage", "cpio", "xz"]


def test_without_apt_all_is_there(tmp_path):
    status, text = run(tmp_path / "bin", "build", dict.fromkeys(BUILDS, "exit 0"))
    assert status == 0 and not text


@pytest.mark.parametrize("word, wanted, unwanted", [
    ("quick", {"pre-commit", "mtools", "man-db"}, {"clang", "qemu-system-arm"}),
    ("test", {"pre-commit", "clang", "qemu-system-arm", "gcc-aarch64-linux-gnu"}, set())])
def test_without_apt_what_tests_need(tmp_path, word, wanted, unwanted):
    status, text = run(tmp_path / "bin", word, dict.fromkeys(BUILDS, "exit 0"))
    assert status == 1 and "no apt here" in text
    assert wanted <= listed(text) and not (unwanted | {"gcc", "git", "libcmocka-dev"}) & listed(text)


@pytest.mark.parametrize("script, wanted", [
    ("tools/static.sh", {"gcc", "meson", "binutils", "libfdt-dev"}),
    ("tests/coverage.sh", {"gcc", "clang", "llvm", "pre-commit"}),
    ("tests/fuzz/run.sh", {"gcc", "clang", "libyaml-dev"})])
def test_scripts_that_install_nothing(tmp_path, script, wanted):
    """They say what they lack before they begin, wherever apt is."""
    status, text = run(tmp_path / "bin", "quick", USER, script=TOP / script)
    assert status == 1 and "was called" not in text
    assert wanted <= listed(text)


def test_packages_of_debian_without_debian(tmp_path):
    status, text = run(tmp_path / "bin", "full", {}, more=("mkdir", "mktemp", "rm"),
                       script=TOP / "tools" / "inputs.sh")
    assert status == 1 and "inputs.sh: wants apt and dpkg" in text
