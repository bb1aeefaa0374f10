# SPDX-License-Identifier: BSD-2-Clause
"""What `xendtc map` shows: a table, JSON, a drawing, a page."""

import fcntl
import html.parser
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import termios
from xml.etree import ElementTree

import pytest

import test_cases
from browser import CHROMIUM, Browser
from conftest import BESIDE, BINARY, TOP, complain, environment, run_xendtc
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
        [row[3:] == [".", "free"] for row in rows]
    maps = json.loads(show("--json"))
    kinds = {a["kind"] for m in (maps if isinstance(maps, list) else [maps]) for a in m["areas"]}
    assert {"load", "board"} <= kinds <= {"load", "claim", "script", "board", "reserved"}


def test_map_as_a_page(run, folder):
    assert run("map", "--html", "x/map.html", "--svg", "map.svg", "good.yaml").stdout == b""
    page = (folder / "x" / "map.html").read_text()
    assert ">dom0 kernel</a></td>" in page and "<dd>512M</dd>" in page
    assert (folder / "map.svg").read_text().startswith("<svg ")


def test_map_escapes_names(run, folder):
    (folder / "<&>.yaml").write_text(GOOD)
    assert run("map", "--svg", "map.svg", "<&>.yaml").returncode == 0
    assert "as <&> fills it" not in (folder / "map.svg").read_text()
    assert "as <&>.yaml fills it" in ElementTree.parse(folder / "map.svg").getroot().find("{*}text").text


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


STATIC = test_cases.HERE / "cases" / "qemu-static"
WIDTHS = (40, 60, 80, 100, 200)


def shown(fixtures, *more, **env):
    done = run_xendtc("map", "--files", fixtures, *more, "system.yaml", cwd=STATIC, env=env)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.mark.parametrize("width", WIDTHS)
def test_map_fits_the_terminal(width, fixtures, tmp_path):
    """No line is wider, and each bar is as wide as it can be."""
    lines = shown(fixtures, COLUMNS=str(width)).splitlines()
    assert [line for line in lines if len(line) > width] == []
    assert {len(line) for line in lines if line.startswith("  [")} == {width}


def test_map_cuts_names_in_their_middle(run, folder):
    """The end of a name is what tells it from others."""
    long = "net-" + "x" * 30 + "-7"
    (folder / "good.yaml").write_text(
        GOOD + f"\nguests:\n  {long}: {{kernel: Image-b.gz, memory: 64M, vcpus: 1}}\n")
    done = run("map", "good.yaml")
    assert done.returncode == 0, done.stderr.decode()
    assert re.search(r"guest 'net-x+\.\.\.x*-7' kernel", done.stdout.decode())


def test_map_of_a_terminal(fixtures):
    """A terminal says how wide it is, and has colours; NO_COLOR has none."""
    def on_terminal(**env):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 72, 0, 0))
        subprocess.run([BINARY, *([] if BESIDE else ["--board-path", TOP / "boards"]), "map", "--files",
                        fixtures, "system.yaml"], cwd=STATIC, check=True, stdout=slave,
                       stderr=subprocess.DEVNULL, env=environment(**env))
        os.close(slave)
        text = b""
        while b"left " not in text:
            text += os.read(master, 65536)
        os.close(master)
        return text.decode().replace("\r\n", "\n")

    plain, painted = on_terminal(NO_COLOR="1", TERM="xterm"), on_terminal(TERM="xterm")
    assert on_terminal(TERM="dumb") == plain
    assert "\033" not in plain and "\033[36m1" in painted
    assert re.sub("\033\\[[0-9;]*m", "", painted) == plain
    assert max(len(line) for line in plain.splitlines()) <= 72


def test_map_is_in_true_scale(fixtures):
    """Each letter of a bar stands for an equal part: half of them for 1 GiB of 2."""
    bar = next(line for line in shown(fixtures, COLUMNS="132").splitlines() if line.startswith("  ["))
    assert bar.count("X") == 128 // 4 and bar.count("1") == 128 // 16 + 1  # 512M heap, 128M and 16M


def test_map_is_a_datasheet(fixtures):
    """What the description gives to a domain stands below its name."""
    _, net, rest = shown(fixtures).partition("\n  1 net\n")
    net = rest.partition("\n  2 app\n")[0]
    for line in ("RAM    128M", "CPUs   2, in pool rt (CPU 1; credit2), CPU 0 on 0,1, CPU 1 on 0-1",
                 "device /pl031@9010000, interrupt 34", "shared ring, 16M at 0x70000000, owned by net",
                 "events port 10 to port 11 of app", "       port 13 to port 12 of dom0"):
        assert f"    {line}\n" in net + "\n"


def test_map_knows_owners(fixtures):
    """Also for programs: who has what, and what a guest sees where."""
    found = json.loads(shown(fixtures, "--json"))
    owners = {a["what"]: a["owner"] for a in found["areas"]}
    assert owners["dom0 kernel"] == "several" and owners["guest 'app' kernel"] == "app"
    assert owners["shared memory 'ring'"] == "net" and owners["shared memory 'fixed'"] == "xen"
    assert owners["Xen's static heap"] == "xen" and owners["QEMU's device tree for U-Boot"] == "board"
    assert [d["name"] for d in found["domains"]] == ["dom0", "net", "app", "web"]
    hosts = {r["what"]: r["host"] for r in found["domains"][1]["space"]}
    assert hosts["/pl031@9010000"] == "0x9010000" and hosts["shared memory 'ring'"] == "0x70000000"
    assert hosts["RAM"] == "0xb8000000" and hosts["grant table"] is None
    space = {r["what"]: r["start"] for r in found["domains"][2]["space"]}
    assert space["RAM"] == "0x40000000" and space["shared memory 'log'"] == "0x24000000"


# The page.

@pytest.fixture(scope="module")
def page(fixtures, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "map.html"
    shown(fixtures, "--html", path)
    return path


class Reader(html.parser.HTMLParser):
    """Ids, links to them, and elements that are open."""
    EMPTY = ("meta",)

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links = [], [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids += [attrs["id"]] if "id" in attrs else []
        self.links += [attrs["href"]] if tag == "a" else []
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_page_is_whole(page):
    """Each element is closed, each id is there once, each link leads to one, nothing is loaded."""
    reader, text = Reader(), page.read_text()
    reader.feed(text)
    assert reader.open == [] and len(reader.ids) == len(set(reader.ids))
    assert {link.removeprefix("#") for link in reader.links} <= set(reader.ids)
    assert not re.search(r"<script|src=|url\(|@import|https?:", text)


def test_page_leads_to_the_lines(page):
    """What the description says is linked to the line that says it."""
    yaml = (STATIC / "system.yaml").read_text().splitlines()
    for what, key in (("shared memory &#x27;ring&#x27;|shared memory 'ring'", "net: 0x70000000"),
                      ("net", "  net:"), ("/pl031@9010000, interrupt 34", "passthrough-dtb: partial.dtb")):
        line = int(re.search(rf'<a href="#L(\d+)">(?:{what})</a>', page.read_text())[1])
        assert key in yaml[line - 1]


def luminance(color):
    """Relative luminance (WCAG 2.2)."""
    color = color.lstrip("#")
    if len(color) == 3:
        color = "".join(c * 2 for c in color)
    parts = [int(color[i:i + 2], 16) / 255 for i in (0, 2, 4)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_page_can_be_read(page):
    """Text and all that it stands on: 4.5:1, in the light and in the dark."""
    style = page.read_text().partition("</style>")[0]
    light, _, dark = style.partition("@media screen and (prefers")
    light = dict(re.findall(r"--(\w+):(#\w+)", light))
    dark = {**light, **dict(re.findall(r"--(\w+):(#\w+)", dark))}
    assert light["paper"] != dark["paper"]
    complain(f"--{ink} on --{ground}: {contrast(colors[ink], colors[ground]):.2f}"
             for colors in (light, dark) for ink in ("ink", "soft", "link")
             for ground in ("paper", "card", "mark") if (ink, ground) != ("link", "mark")
             if contrast(colors[ink], colors[ground]) < 4.5)


# In Chromium, with axe-core's axe.min.js of npm.
AXE = os.environ.get("XENDTC_AXE")
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="there is no chromium")


@pytest.fixture(scope="module")
def browser():
    with Browser() as started:
        yield started


@needs_chromium
@pytest.mark.skipif(not AXE, reason="XENDTC_AXE is not axe.min.js")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 500, 1400])
def test_page_is_accessible(page, width, scheme, browser):
    """axe-core finds nothing."""
    browser.open(page, width, scheme=scheme)
    with open(AXE, encoding="utf-8") as script:
        browser.evaluate(script.read())
    passes, violations = browser.evaluate(
        "axe.run().then(r => [r.passes.length, r.violations.map(v => v.id + ': ' + v.nodes[0].html)])")
    assert passes > 10
    complain(violations)


@needs_chromium
@pytest.mark.parametrize("width", [320, 390, 500, 1400])
def test_page_is_as_wide_as_the_window(page, width, browser):
    browser.open(page, width)
    assert browser.evaluate("document.documentElement.scrollWidth") == width


TAB, ENTER = 9, 13


@needs_chromium
def test_page_by_keyboard(page, browser):
    """Tab goes through the links in their order, a frame shows where one is, and Enter follows."""
    browser.open(page, 1400)
    wanted = browser.evaluate("[...document.querySelectorAll('a:not([tabindex]), [tabindex=\"0\"]')]"
                              ".map(e => e.textContent)")
    got = []
    for _ in wanted:
        browser.press("Tab", TAB)
        got.append(browser.evaluate("document.activeElement.textContent"))
        assert browser.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert got == wanted and len(got) > 20
    browser.evaluate("document.querySelector('td a').focus()")
    browser.press("Enter", ENTER, "\r")
    line = browser.evaluate("document.querySelector('td a').hash")
    assert browser.evaluate("location.hash") == line
    top = browser.evaluate("document.querySelector(':target').getBoundingClientRect().top")
    assert -1 < top < 900


@needs_chromium
def test_page_on_paper(page, browser, tmp_path):
    """All is printed, in black, also for somebody whose screen is dark."""
    browser.open(page, 1400, scheme="dark")
    (tmp_path / "page.pdf").write_bytes(browser.paper())
    browser.ask("Emulation.setEmulatedMedia", media="print",
                features=[{"name": "prefers-color-scheme", "value": "dark"}])
    ink = browser.evaluate("getComputedStyle(document.body).color")
    assert browser.evaluate("getComputedStyle(document.querySelector('.yaml li')).whiteSpace") == "pre-wrap"
    browser.ask("Emulation.setEmulatedMedia", media="")
    assert ink == "rgb(28, 28, 28)"
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext here")
    text = subprocess.run(["pdftotext", "-layout", tmp_path / "page.pdf", "-"], stdout=subprocess.PIPE,
                          check=True).stdout.decode()
    words = set(text.split())
    complain(f"not on paper: {word}" for word in (STATIC / "system.yaml").read_text().split()
             if word not in words)


SIZES = """
board: rpi4
memory: [2G, 4G]
device-tree: bcm2711-rpi-4-b.dtb
xen: {image: xen, cmdline: console=dtuart dtuart=serial1}
dom0: {kernel: Image, cmdline: console=hvc0, memory: 512M}
"""


def test_map_of_several_sizes(fixtures, tmp_path):
    """Each size of memory is shown, the domains once."""
    (tmp_path / "system.yaml").write_text(SIZES)

    def show(*more):
        done = run_xendtc("map", "--files", fixtures, *more, "system.yaml", cwd=tmp_path)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    text = show()
    assert re.findall(r"^Memory of rpi4 with (\dG)", text, re.M) == ["2G", "4G"]
    assert text.count("\nDomains\n") == 1
    assert re.findall(r"^With (\dG): RAM", text, re.M) == ["2G", "4G"]
    maps = json.loads(show("--json"))
    assert [m["size"] for m in maps] == ["2G", "4G"] and maps[0]["banks"] != maps[1]["banks"]
    assert [m["size"] for m in json.loads(show("--format", "json"))["maps"]] == ["2G", "4G"]
    assert json.loads(show("--json", "--set", "memory=4G"))["size"] == "4G"
    show("--html", tmp_path / "map.html", "--svg", tmp_path / "map.svg")
    reader, page = Reader(), (tmp_path / "map.html").read_text()
    reader.feed(page)
    assert len(reader.ids) == len(set(reader.ids))
    assert re.findall("<h3>With (..)</h3>", page) == ["2G", "4G"] and "with 2G, 4G</h1>" in page
    titles = [t.text for t in ElementTree.parse(tmp_path / "map.svg").getroot().findall("{*}text")]
    assert [t for t in titles if "fills it" in t] == [
        f"rpi4 with {size}, as system.yaml fills it" for size in ("2G", "4G")]


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
