# SPDX-License-Identifier: BSD-2-Clause
"""Boots FITs: what is whole, and signed where U-Boot wants that; and nothing else."""

import shutil
import subprocess

import pytest

import machine
from conftest import SYSTEMS
from test_boot import U_BOOTS, ready, u_boot

pytestmark = pytest.mark.boot


@pytest.mark.parametrize("version", U_BOOTS)
def test_fit(compiled, inputs, tmp_path, version):
    """dom0 and two guests out of one file (Xen 4.17, GICv2)."""
    boot = machine.virt_tftp(tmp_path, compiled("virt-fit"),
                             u_boot(inputs, "qemu_arm64", version), gic=2)
    boot.watch([ready("dom0", xen=True), ready("net"), ready("app", cpus=2, xen=True)])


@pytest.mark.parametrize("version", U_BOOTS)
def test_refuses_damage(compiled, files, inputs, tmp_path, version):
    """A bit of dom0's kernel is another."""
    out = shutil.copytree(compiled("virt-fit"), tmp_path / "out")
    data = bytearray((out / "boot.itb").read_bytes())
    kernel = (files / "Image-cloud").read_bytes()
    data[data.index(kernel) + len(kernel) // 2] ^= 1
    (out / "boot.itb").unlink()
    (out / "boot.itb").write_bytes(data)
    boot = machine.virt_tftp(tmp_path, out, u_boot(inputs, "qemu_arm64", version), gic=2)
    boot.watch(["Bad hash value", "xendtc: STOP: bootm failed"],
               forbidden=("Moving Image from", "(XEN)"), linger=5)


def make_key(folder):
    folder.mkdir()
    subprocess.run(["openssl", "genrsa", "-out", folder / "dev.key", "2048"], check=True)
    subprocess.run(["openssl", "req", "-batch", "-new", "-x509", "-subj", "/CN=dev", "-key",
                    folder / "dev.key", "-out", folder / "dev.crt"], check=True)


@pytest.fixture(scope="module")
def signed(xendtc, files, tmp_path_factory):
    """Output folders of one system, signed with two keys, and where the keys are."""
    work = tmp_path_factory.mktemp("signed")
    for name in ("ours", "theirs"):
        make_key(work / f"{name}-keys")
        text = (SYSTEMS / "virt-fit.yaml").read_text().replace(
            "fit: boot.itb", f"fit: {{key-dir: {work}/{name}-keys}}")
        (work / "system.yaml").write_text(text)
        subprocess.run([xendtc, "build", "--files", files, "-o", work / name,
                        work / "system.yaml"], check=True)
    return work


def wanting_key(work, fit, keys, boot):
    """The machine, with a control tree for U-Boot in which the key is required."""
    tree = work / "control.dtb"
    words = boot.command[:boot.command.index("-bios")]
    words[words.index("-M") + 1] += f",dumpdtb={tree}"
    words[words.index("-serial") + 1] = "null"
    subprocess.run([*words, "-nodefaults", "-display", "none"], check=True)
    roomy = work / "roomy.dtb"
    subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dtb", "-p", "8192", "-o", roomy, tree],
                   check=True)
    copy = shutil.copy(fit, work / "for-key.itb")
    subprocess.run(["mkimage", "-F", "-k", keys, "-K", roomy, "-r", copy], check=True)
    boot.command += ["-dtb", roomy]
    return boot


@pytest.mark.parametrize("version", U_BOOTS)
@pytest.mark.parametrize("name", ["ours", "theirs"])
def test_signature(signed, inputs, tmp_path, version, name):
    """U-Boot starts what our key signed, and not what another key of that name did."""
    boot = machine.virt_tftp(tmp_path, signed / name, u_boot(inputs, "qemu_arm64", version), 2)
    boot = wanting_key(tmp_path, signed / "ours" / "boot.itb", signed / "ours-keys", boot)
    if name == "ours":
        boot.watch(["sha256,rsa2048:dev+", ready("dom0", xen=True), ready("net")])
    else:
        boot.watch(["Failed to verify required signature", "xendtc: STOP: bootm failed"],
                   forbidden=("Moving Image from", "(XEN)"), linger=5)
