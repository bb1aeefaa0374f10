# SPDX-License-Identifier: BSD-2-Clause
"""Examples of the gallery that QEMU's machine can run as they are, booted with Debian's files."""

import subprocess

import pytest

import machine
from conftest import TOP
from test_boot import U_BOOTS, ready, u_boot

pytestmark = pytest.mark.boot

EXAMPLES = TOP / "examples"


def compiled(xendtc, files, work, name, **names):
    """The output folder of an example; names of files are exchanged for those of Debian's."""
    text = (EXAMPLES / f"{name}.yaml").read_text()
    for old, new in names.items():
        assert f": {old.replace('_', '-')}\n" in text
        text = text.replace(f": {old.replace('_', '-')}\n", f": {new}\n")
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


def test_uefi(xendtc, files, tmp_path):
    """No U-Boot: EDK2 starts Xen (Xen 4.20, GICv3)."""
    out = compiled(xendtc, files, tmp_path, "uefi", xen_efi="xen-4.20", Image="Image-cloud")
    machine.virt_uefi(tmp_path, out, 3).watch(
        [ready("unnamed", cpus=2, xen=True), ready("unnamed", cpus=1)])
