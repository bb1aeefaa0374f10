# SPDX-License-Identifier: BSD-2-Clause
"""Compiles the systems of the boot tests, and hands each test what it boots."""

import os
import subprocess
from pathlib import Path

import pytest

import make

HERE = Path(__file__).parent
TOP = HERE.parent.parent
SYSTEMS = HERE / "systems"


def pytest_configure(config):
    config.addinivalue_line("markers", "boot: boots real Xen in QEMU; takes up to some minutes")


@pytest.fixture(scope="session")
def xendtc():
    path = Path(os.environ.get("XENDTC", TOP / "build" / "xendtc")).absolute()
    if not path.exists():
        pytest.fail(f"{path} is not there: build it, or name it in XENDTC", pytrace=False)
    return path


@pytest.fixture(scope="session")
def inputs():
    """The folder that tools/inputs.sh fills."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    path = Path(os.environ.get("XENDTC_INPUTS") or cache / "xendtc" / "inputs")
    if not (path / "rpi4-qemu.dtb").exists():
        pytest.fail(f"no boot files in {path}: run tools/inputs.sh test", pytrace=False)
    return path


@pytest.fixture(scope="session")
def files(inputs, tmp_path_factory):
    """The inputs, but the Pi's tree is the one that fits QEMU's Pi."""
    folder = tmp_path_factory.mktemp("files")
    for path in inputs.iterdir():
        (folder / path.name).symlink_to(path)
    pi = folder / "bcm2711-rpi-4-b.dtb"
    pi.unlink()
    pi.write_bytes((inputs / "rpi4-qemu.dtb").read_bytes())
    (folder / "root.tar").write_bytes(make.root_archive())
    return folder


@pytest.fixture(scope="session")
def compiled(xendtc, files, tmp_path_factory):
    """compiled(NAME): the folder with all that systems/NAME.yaml became, compiled once."""
    done = {}

    def compile_system(name):
        if name not in done:
            out = tmp_path_factory.mktemp(name) / "out"
            subprocess.run([xendtc, "build", "--stage", "--files", files, "--output", out,
                            SYSTEMS / f"{name}.yaml"], check=True)
            done[name] = out
        return done[name]

    return compile_system
