# SPDX-License-Identifier: BSD-2-Clause
"""Good systems: xendtc accepts each, and real Xen boots it to a line of every domain.

A refusal of a system that boots is a bug of the first rank. The systems of good/*.yaml are
there for what their comments say, which have the form of those in test_proofs.py; the others
are drawn (draw.py). test_laws.py sees that each key is in one of them.
"""

import json
import re
from pathlib import Path

import pytest

from draw import DRAWN, draw_system
from draw_silent import CODES
from test_boot import ready
from test_proofs import Notes, prepare, run_xendtc

pytestmark = pytest.mark.boot

GOOD = Path(__file__).parent / "good"


def accepted(xendtc, notes, folder, work):
    """The folder that xendtc writes, without a single error, and without a warning that a domain
    will not be heard: all are."""
    done = run_xendtc(xendtc, notes, folder, work)
    found = json.loads(done.stdout)["diagnostics"]
    assert [d for d in found if d["severity"] == "error"] == []
    assert {d["code"] for d in found} & CODES == set(notes.one("warned", "").split())
    assert done.returncode == 0
    return work / "out"


def sign_of(name, domain, number):
    """What the domain says when it runs.

    A small kernel says its name, and Xen writes its domain id before that; Linux the line of
    the ramdisk, or where it has none (or no UART) its command line.
    """
    kernel = domain["kernel"]
    file = kernel["file"] if isinstance(kernel, dict) else kernel
    small = re.match(r"(small|uart|host)-(\d)", file)
    if small and small[1] == "small":
        dom0 = name == "dom0" or "hardware" in domain.get("capabilities", [])
        who = "" if dom0 else rf"\(d{number}\) "
        return re.compile(rf"{who}SMALL-READY name={small[2]} by=xen")
    if small:
        return re.compile(rf"SMALL-READY name={small[2]} by=uart")
    if file in ("put", "get"):
        return re.compile(rf"SMALL-READY name={file} by=uart")
    if "ramdisk" not in domain or "xenboot" in domain["cmdline"]:
        return re.compile(rf"Kernel command line: .*domname={name}\b")
    xen = name == "dom0" or domain.get("pv", "disabled") != "disabled"
    return ready(name, cpus=domain.get("vcpus", 2), xen=xen)


def signs(notes):
    """Of all domains that Xen starts, and what the comments say."""
    domains = {n: g for n, g in notes.system.get("guests", {}).items() if g.get("boot", True)}
    found = [sign_of(name, guest, i) for i, (name, guest) in enumerate(domains.items(), 1)]
    if "dom0" in notes.system:
        found.append(sign_of("dom0", notes.system["dom0"], 0))
    found += [re.compile(s) for s in notes.all("says")]
    return list(dict.fromkeys(found))


def boot(xendtc, notes, folder, work):
    out = accepted(xendtc, notes, folder, work)
    prepare(notes, out, work).watch(signs(notes), timeout=400)


def cases():
    for path in sorted(GOOD.glob("*.yaml")):
        for version in Notes(path.read_text()).one("xen").split():
            yield pytest.param(path, version, id=f"{path.stem}-{version}")


@pytest.mark.parametrize("path, version", cases())
def test_good(xendtc, folders, tmp_path, path, version):
    boot(xendtc, Notes(path.read_text()), folders(version), tmp_path)


@pytest.mark.parametrize("number", range(DRAWN))
def test_drawn(xendtc, folders, tmp_path, number):
    notes = Notes(draw_system(number))
    boot(xendtc, notes, folders(notes.one("xen")), tmp_path)
