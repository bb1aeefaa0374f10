# SPDX-License-Identifier: BSD-2-Clause
"""What beginners start from, booted with Debian's files: examples of the gallery that QEMU's machine
can run as they are, and what `xendtc init` writes."""

import subprocess

import pytest

import machine
from conftest import TOP
from test_boot import U_BOOTS, ready, u_boot

pytestmark = pytest.mark.boot

EXAMPLES = TOP / "examples"


def compiled(xendtc, files, work, name, names=None):
    """The output folder of an example; names of files are exchanged for those that are there."""
    text = (EXAMPLES / f"{name}.yaml").read_text()
    for old, new in (names or {}).items():
        assert f": {old}\n" in text
        text = text.replace(f": {old}\n", f": {new}\n")
    (work / "system.yaml").write_text(text)
    subprocess.run([xendtc, "build", "--stage", "-Werror", "--files", files, "-o", work / "out",
                    work / "system.yaml"], check=True)
    return work / "out"


@pytest.mark.parametrize("version", U_BOOTS[:1])
def test_qemu_virt(xendtc, files, inputs, tmp_path, version):
    """dom0 and a guest, with a kernel that has all drivers (Xen 4.20, GICv3)."""
    out = compiled(xendtc, files, tmp_path, "qemu-virt")
    boot = machine.virt_tftp(tmp_path, out, u_boot(inputs, "qemu_arm64", version), 3)
    boot.watch([ready("unnamed", cpus=2, xen=True), ready("unnamed", cpus=1)])


def test_direct_map(xendtc, files, inputs, tmp_path):
    """A guest at the machine's addresses, on a Xen that was built for it (4.17, GICv3)."""
    if not (inputs / "xen-4.17-full").exists():
        pytest.skip("no Xen with static memory: tools/inputs.sh full")
    out = compiled(xendtc, files, tmp_path, "direct-map", {
        "xen-4.20": "xen-4.17-full", "xen.config": "xen-4.17-full.config", "Image": "Image-cloud"})
    boot = machine.virt_tftp(tmp_path, out, u_boot(inputs, "qemu_arm64", U_BOOTS[0]), 3)
    boot.watch([ready("unnamed", cpus=2, xen=True), ready("unnamed", cpus=1)])


def test_uefi(xendtc, files, tmp_path):
    """No U-Boot: EDK2 starts Xen (Xen 4.20, GICv3)."""
    out = compiled(xendtc, files, tmp_path, "uefi", {"xen-efi": "xen-4.20", "Image": "Image-cloud"})
    machine.virt_uefi(tmp_path, out, 3).watch(
        [ready("unnamed", cpus=2, xen=True), ready("unnamed", cpus=1)])


def test_init(xendtc, inputs, tmp_path):
    """What `xendtc init` writes for a folder of files boots without a change (Xen 4.20, GICv3)."""
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("xen-4.20", "Image-cloud", "initrd.cpio.gz", "virt-gicv3.dtb"):
        (folder / name).symlink_to(inputs / name)
    subprocess.run([xendtc, "init", "-o", "system.yaml"], cwd=folder, check=True)
    subprocess.run([xendtc, "build", "--stage", "-Werror", "system.yaml"], cwd=folder, check=True)
    boot = machine.virt_tftp(tmp_path, folder / "out", u_boot(inputs, "qemu_arm64", U_BOOTS[0]), 3,
                             server="192.168.0.1")
    boot.watch([ready("unnamed", cpus=2, xen=True), ready("unnamed", cpus=1)])
