# SPDX-License-Identifier: BSD-2-Clause
"""Words of Xen's command line that change how it boots or what domains get, each alone: xendtc has
nothing against them, and dom0 and a guest come up."""

import json

import pytest

from test_good import signs
from test_proofs import Notes, prepare, run_xendtc

pytestmark = pytest.mark.boot

# The second of a pair is the first release that has the word.
OPTIONS = {
    "noreboot": 17, "sync_console": 17, "hmp-unsafe": 17, "ext_regions=0": 17, "no-ext_regions": 17,
    "dom0_vcpus_pin": 17, "maxcpus=1": 17, "vwfi=native": 17, "sched=credit": 17, "xsm=dummy": 17,
    "iommu=off": 17, "gnttab=max-ver:1": 17, "gnttab_max_frames=1": 17, "gnttab_max_maptrack_frames=0": 17,
    "serrors=diverse": 17, "conring_size=1M": 17, "console_timestamps=boot": 17, "bootscrub=idle": 17,
    "scrub-domheap": 17, "credit2_runqueue=all": 17, "partial-emulation": 19,
}

SYSTEM = """\
board: qemu-arm64
memory: 2G
device-tree: virt-gicv3.dtb
xen:
  image: xen
  config: xen.config
  cmdline: console=dtuart guest_loglvl=all {option}
dom0: {{kernel: small-0, memory: 64M}}
guests:
  one: {{kernel: uart-1, memory: 16M, vcpus: 1, vpl011: true}}
"""


def cases():
    for version in ("4.17", "4.20", "newest"):
        release = 99 if version == "newest" else int(version[2:])
        for option, since in OPTIONS.items():
            if release >= since:
                yield pytest.param(version, option, id=f"{option}-{version}")


@pytest.mark.parametrize("version, option", cases())
def test_alone(xendtc, folders, tmp_path, version, option):
    notes, folder = Notes(SYSTEM.format(option=option)), folders(version)
    done = run_xendtc(xendtc, notes, folder, tmp_path)
    found = json.loads(done.stdout)["diagnostics"]
    assert [d for d in found if d["severity"] == "error"] == []
    prepare(notes, tmp_path / "out", tmp_path).watch(signs(notes), timeout=200)
