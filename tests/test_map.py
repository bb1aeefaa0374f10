# SPDX-License-Identifier: BSD-2-Clause
"""What `xendtc map` shows: a table, JSON, a drawing, a page."""

import json
import re
from xml.etree import ElementTree

import pytest

import test_cases
from conftest import run_xendtc
from test_command_line import GOOD, folder, run  # noqa: F401, the last two are fixtures


def test_map_as_json(run):
    shown = json.loads(run("map", "--json", "good.yaml").stdout)
    assert shown["banks"][0] == {"start": "0x0", "end": "0x3b300000"}
    assert {"Xen", "dom0 kernel", "boot2.scr", "the device tree"} <= {
        a["what"] for a in shown["areas"]}
    assert shown["memory"]["dom0"] == 512 << 20


@pytest.mark.parametrize("case", test_cases.CASES, ids=lambda c: c.name)
def test_map_draws_what_it_prints(case, fixtures, tmp_path):
    """Each stretch of the table is in the drawing, and each area in the JSON."""
    def show(*more):
        done = run_xendtc("map", "--files", fixtures, *test_cases.options_of(case, fixtures),
                          *more, "system.yaml", cwd=case)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    rows = [line.split() for line in show().splitlines() if line.startswith("  0x")]
    assert show("--svg", tmp_path / "map.svg") == ""
    drawing = ElementTree.parse(tmp_path / "map.svg").getroot()
    groups = drawing.findall("{*}g")
    assert [int(g.find("{*}text").text, 16) for g in groups] == [int(r[0], 16) for r in rows]
    assert [g.find("{*}title").text == f"free, {row[2]}" for g, row in zip(groups, rows)] == \
        [row[3:] == ["free"] for row in rows]
    kinds = {a["kind"] for a in json.loads(show("--json"))["areas"]}
    assert {"load", "board"} <= kinds <= {"load", "claim", "script", "board", "reserved"}


def test_map_as_a_page(run, folder):
    assert run("map", "--html", "x/map.html", "--svg", "map.svg", "good.yaml").stdout == b""
    page = (folder / "x" / "map.html").read_text()
    assert (folder / "map.svg").read_text() in page
    assert "<td>dom0 kernel</td>" in page and "<td>512M</td>" in page


def test_map_escapes_names(run, folder):
    (folder / "<&>.yaml").write_text(GOOD)
    assert run("map", "--svg", "map.svg", "<&>.yaml").returncode == 0
    assert "as <&> fills it" not in (folder / "map.svg").read_text()
    assert "as <&>.yaml fills it" in ElementTree.parse(folder / "map.svg").getroot()[2].text


def test_map_writes_nothing_when_refused(run, folder):
    (folder / "good.yaml").write_text(GOOD.replace("initrd.cpio", "monster.cpio"))
    assert run("map", "--svg", "map.svg", "good.yaml").returncode == 1
    assert not (folder / "map.svg").exists()


def test_map_overwrites_no_input(run, folder):
    (folder / "good").write_text(GOOD)
    done = run("map", "--html", "good", "good")
    assert done.returncode == 1 and b"E0902" in done.stderr
    assert (folder / "good").read_text() == GOOD


def test_map_options_are_for_map(run):
    assert run("check", "--svg", "map.svg", "good.yaml").returncode == 2


def test_map_of_what_does_not_fit(run, folder):
    """The help of E0405 says that the map shows what takes the memory."""
    (folder / "good.yaml").write_text(GOOD.replace("initrd.cpio", "monster.cpio"))
    done = run("map", "good.yaml")
    assert done.returncode == 1 and b"E0405" in done.stderr
    assert b"RAM" in done.stdout and b"VideoCore" not in done.stdout


def test_map_says_how_much_is_too_much(run, folder):
    """As E0805 does, and without a sum where none was made."""
    big = GOOD.replace("512M", "8G")
    assert big != GOOD
    (folder / "good.yaml").write_text(big)
    done = run("map", "good.yaml")
    assert b"E0805" in done.stderr
    assert re.search(rb"RAM .*, [0-9.]+[MG] too much\n", done.stdout)
    assert b"left" not in done.stdout
    left = json.loads(run("map", "--json", "good.yaml").stdout)["memory"]["left"]
    assert -8 << 30 < left < -1 << 30
    (folder / "good.yaml").write_text(GOOD.replace("initrd.cpio", "monster.cpio"))
    assert not re.search(rb"^RAM .*(left|too much)", run("map", "good.yaml").stdout, re.M)
    assert json.loads(run("map", "--json", "good.yaml").stdout)["memory"] is None


def test_map_is_made_for_terminals(run):
    lines = run("map", "good.yaml").stdout.decode().splitlines()
    assert all(len(line) <= 98 for line in lines)


GRANTS = """
board: rpi4
memory: 1G
device-tree: bcm2711-rpi-4-b.dtb
xen: {image: xen-4.22, config: xen.config, cmdline: console=dtuart dtuart=serial1}
guests:
  a: &guest {kernel: Image, memory: 256M, vcpus: 1, pv: no-xenstore, direct-map: true,
             static-memory: auto}
  b: *guest
"""


def test_automatic_memory_is_not_where_grants_are(fixtures, tmp_path):
    """Xen puts the grant table of a direct-mapped guest at 0x38000000, too."""
    (tmp_path / "system.yaml").write_text(GRANTS)
    done = run_xendtc("map", "--json", "--files", fixtures, "system.yaml", cwd=tmp_path)
    areas = [a for a in json.loads(done.stdout)["areas"] if "static memory" in a["what"]]
    assert len(areas) == 2
    assert not [a for a in areas
                if int(a["start"], 16) < 0x39000000 and int(a["end"], 16) > 0x38000000]
