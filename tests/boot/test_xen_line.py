# SPDX-License-Identifier: BSD-2-Clause
"""Asks real Xen what it makes of options on its command line, and xendtc the same.

Xen starts without any domain, which takes it a third of a second. It reads its command line
before it has a UART, so what it says of it is looked up in its memory.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest

import machine

pytestmark = pytest.mark.boot

VERSIONS = ["4.17", "4.20", "newest"]
MINOR = {"4.17": 17, "4.20": 20, "newest": 23}

# Where things lie in memory; far enough from each other and from the start.
XEN, TREE, ENTRY = 0x48000000, 0x47000000, 0x46000000

UNKNOWN = {"W0707", "W0708", "W0709", "W0746"}
REFUSED = {"W0710", "E0858"}
MISREAD = {"W0712"}
GOOD = set()

# Several cases are about one parameter; what a good value does to this system is not asked.
BESIDES = {"W0711", "W0723", "W0724", "E0728", "W0747", "E0859"}

# Options, and what both are to say. Xen's word is "unknown", "invalid", or nothing; where
# xendtc refuses or warns though Xen reads on, CASES_LATER has what Xen prints in the end.
CASES = {
    "noreboot": GOOD, "no-noreboot": GOOD, "noreboot=off": GOOD, "no-noreboot=yes": GOOD,
    "noreboot=maybe": REFUSED, "noreboot=Yes": REFUSED, "noreboot=2": REFUSED,
    "sync-console": UNKNOWN, "Noreboot": UNKNOWN, "hmp_unsafe": UNKNOWN, "--": UNKNOWN,
    "nosmp": UNKNOWN, "no-real-mode": UNKNOWN, "com1=115200,8n1": UNKNOWN, "ucode=scan": UNKNOWN,
    "quiet": UNKNOWN, "root=/dev/mmcblk0p2": UNKNOWN, "earlycon": UNKNOWN, "rw": UNKNOWN,
    "hardware_dom=1": UNKNOWN,
    "maxcpus=0x2": GOOD, "maxcpus=2x": REFUSED, "maxcpus=08": REFUSED, "maxcpus=010": MISREAD,
    "maxcpus": MISREAD, "maxcpus=-1": MISREAD, "no-maxcpus=1": MISREAD,
    "maxcpus=4294967296": REFUSED, "maxcpus=-2147483649": REFUSED,
    "conring_size=64K": GOOD, "conring_size=1m": GOOD, "conring_size=65536b": GOOD,
    "conring_size=64": MISREAD, "conring_size=0": GOOD, "conring_size=64KiB": REFUSED,
    "conring_size=4G": REFUSED, "conring_size=1.5M": REFUSED,
    "dom0_mem=512M": GOOD, "dom0_mem=max:512M": REFUSED, "dom0_mem=512M,max:1G": REFUSED,
    "dom0_mem=10%": REFUSED, "dom0_max_vcpus=1-2": REFUSED, "dom0_max_vcpus=2": GOOD,
    "iommu=force,no-verbose": GOOD, "iommu=off": GOOD, "iommu=debug=yes": GOOD,
    "iommu=sharept": REFUSED, "iommu=verbose,foo": REFUSED, "iommu": REFUSED,
    "dom0-iommu=passthrough,no-strict": GOOD, "no-iommu": GOOD, "no-iommu=force": REFUSED,
    "gnttab=max-ver:2,transitive=no": GOOD, "gnttab=max-ver:3": REFUSED,
    "gnttab=max-ver:0": REFUSED, "iommu=intremap": REFUSED,
    "gnttab=transfer": REFUSED, "gnttab_max_frames=64": GOOD, "gnttab_max_frames=-1": REFUSED,
    "xsm=flask": GOOD, "xsm=none": REFUSED, "flask=late": GOOD, "flask=off": REFUSED,
    "serrors=panic": GOOD, "serrors=forward": REFUSED, "serrors": REFUSED,
    "vwfi=native": GOOD, "vwfi=idle": MISREAD, "spec-ctrl=ssbd=runtime": GOOD,
    "spec-ctrl=no": REFUSED, "bootscrub=idle": GOOD, "no-bootscrub": GOOD,
    "bootscrub=later": REFUSED, "console_timestamps=boot": GOOD, "console_timestamps=all": REFUSED,
    "memop-max-order=9,18,10,10": GOOD, "memop-max-order=,,9": GOOD, "memop-max-order=9;9": REFUSED,
    "credit2_runqueue=core": GOOD, "credit2_runqueue=thread": REFUSED,
    "loglvl=warning/all": GOOD, "guest_loglvl=all": GOOD, "loglvl=all,": REFUSED,
    "guest_loglvl=7": REFUSED, "badpage=0x3f000-0x3f003": GOOD, "conswitch=ax": GOOD,
    "conswitch=1": MISREAD, "ext_regions=0": GOOD, "tbuf_size=010": MISREAD,
}

# What Xen does not say while it reads its command line, but later.
CASES_LATER = {
    "sched=fair": "Could not find scheduler: fair",
    "sched_ratelimit_us=50": "WARNING: sched_ratelimit_us outside of valid range",
    "sched_credit_tslice_ms=0": "WARNING: sched_credit_tslice_ms outside of valid range",
    "vcpu_migration_delay=-1": "WARNING: vcpu_migration_delay outside of valid range",
    "credit2_load_precision_shift=3": "opt_load_precision_shift 3 below min 4",
    "credit2_load_window_shift=10": "opt_load_window_shift 10 too short",
    "credit2_cap_period_ms=0": "opt_cap_period 0 too small",
    "rcu-idle-timer-period-ms=101": "WARNING: rcu-idle-timer-period-ms outside of",
    "console=dtuart,com2": "Bad console= option 'com2'",
}

# Parameters whose answer depends on the release.
CASES_SINCE = {
    "dom0=pvh": (20, REFUSED), "load-balance-ratelimit=1000": (20, GOOD),
    "pdx-compress": (21, GOOD), "tee=optee": (21, UNKNOWN),
}
CASES_UNTIL = {"extra_guest_irqs=1,2": (17, GOOD), "com2=9600": (14, GOOD)}

SYSTEM = """\
board: qemu-arm64
memory: 2G
device-tree: virt-gicv2.dtb
xen:
  image: xen
  config: xen-{version}.config
  version: "4.{minor}"
  cmdline: "{line}"
guests:
  one: {{kernel: Image, memory: 128M, vcpus: 1}}
boot: {{load: tftp, server: 10.0.2.2, client: 10.0.2.15}}
"""


def cases(version):
    table = dict(CASES)
    for option, (since, codes) in CASES_SINCE.items():
        table[option] = codes if MINOR[version] >= since else UNKNOWN
    for option, (until, codes) in CASES_UNTIL.items():
        table[option] = codes if MINOR[version] <= until else UNKNOWN
    return table


def our_codes(xendtc, inputs, version, options):
    """{option: the codes of xendtc's findings at it}."""
    text = SYSTEM.format(version=version, minor=MINOR[version], line=" ".join(options))
    check = subprocess.run([xendtc, "check", "--no-files", "--files", inputs, "--format", "json",
                            "-"], input=text, stdout=subprocess.PIPE, text=True)
    line = next(n for n, s in enumerate(text.splitlines(), 1) if "cmdline" in s)
    column = len('  cmdline: "') + 1
    codes = {}
    for option in options:
        codes[option] = {
            d["code"] for d in json.loads(check.stdout)["diagnostics"]
            if d["place"] and (d["place"]["line"], d["place"]["column"]) == (line, column)}
        codes[option] -= BESIDES
        column += len(option) + 1
    return codes


def xen_of(inputs, version):
    path = inputs / f"xen-{version}"
    if not path.exists():
        pytest.skip(f"no Xen {version} in {inputs}")
    return path


def listen(inputs, work, version, options):
    """All that Xen says until it finds that it has no domain to start.

    A low loglvl would silence the rest (Xen 4.20 takes even loglvl=foo for loglvl=warning and
    says nothing any more), so each is followed by a high one. The UART must be the last
    console. What Xen prints of a long command line has no line end.
    """
    spoken = [f"{o} loglvl=all" if "loglvl" in o else o for o in options]
    if not any(o.startswith("console=") for o in options):
        spoken.append("console=dtuart")
    tree, entry = work / "tree.dtb", work / "entry.bin"
    subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dtb", "-p", "16384", "-o", tree,
                    inputs / "virt-gicv2.dtb"], check=True)
    subprocess.run(["fdtput", "-t", "s", tree, "/chosen", "xen,xen-bootargs",
                    " ".join(["noreboot", *spoken])], check=True)
    entry.write_bytes(machine.entry_code(XEN, TREE))
    xen = machine.Machine(work, [
        *machine.virt(2), *machine.loader(xen_of(inputs, version), XEN),
        *machine.loader(tree, TREE), *machine.loader(entry, ENTRY),
        "-device", f"loader,addr={ENTRY:#x},cpu-num=0"], XEN)
    with xen.log.open("w") as log, xen.running() as qemu:
        console = machine.Console(log)
        machine.follow(qemu, console, ["Panic on CPU 0"], (), 60, 30, 0)
        said = "\n".join(xen.console_ring(qemu))
        log.write(said)
    assert "Command line: noreboot" in said
    return said


def xens_word(said, option):
    """unknown, invalid or nothing. Of "no-x", Xen has overwritten the name by "no"."""
    key, _, value = option.partition("=")
    if f'parameter "{key}" unknown!' in said:
        return "unknown"
    if key.startswith("no-") and not value:
        key = value = "no"
    return "invalid" if f'parameter "{key}" has invalid value "{value}"' in said else ""


def word_for(codes):
    if codes & UNKNOWN:
        return "unknown"
    return "invalid" if codes & REFUSED else ""


@pytest.mark.parametrize("version", VERSIONS)
def test_options(xendtc, inputs, tmp_path, version):
    """Good, unknown, refused and misread options: both agree."""
    xen_of(inputs, version)
    table = cases(version)
    ours = our_codes(xendtc, inputs, version, list(table))
    said = listen(inputs, tmp_path, version, list(table))
    wrong = [f"{o}: xendtc {sorted(ours[o])}" for o, codes in table.items()
             if not (ours[o] <= codes and bool(ours[o]) == bool(codes))]
    wrong += [f"{o}: Xen says '{xens_word(said, o)}'" for o, codes in table.items()
              if xens_word(said, o) != word_for(codes)]
    assert wrong == []


@pytest.mark.parametrize("version", VERSIONS)
def test_options_refused_later(xendtc, inputs, tmp_path, version):
    """Values that pass Xen's parser, but not the code that uses them."""
    xen_of(inputs, version)
    ours = our_codes(xendtc, inputs, version, list(CASES_LATER))
    assert {o: ours[o] for o in CASES_LATER} == {o: {"W0710"} for o in CASES_LATER}
    said = listen(inputs, tmp_path, version, list(CASES_LATER))
    assert [o for o, message in CASES_LATER.items() if message not in said] == []


def listed(xendtc):
    """The rows (name, releases, Kconfig options) and the strangers of the reference page."""
    page = subprocess.run([xendtc, "schema", "xen-parameters"], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    table, _, rest = page.partition("\n## ")
    rows = re.findall(r"^\| `(\S+)` \|.*?(?<!\\)\| (.*?) \| .* \| ?(.*?) ?\|$", table, re.M)
    return rows, re.findall(r"`(\S+)`", rest)


def known_to(rows, version, config):
    """The names that a Xen of that version and configuration is to know."""
    names = set()
    for name, releases, needs in rows:
        bounds = dict(re.findall(r"(from|to) 4\.(\d+)", releases))
        chosen = [f"CONFIG_{n}=y" in config for n in needs.split(" or ") if n]
        if int(bounds.get("from", 0)) <= MINOR[version] <= int(bounds.get("to", 99)) and \
                (not chosen or any(chosen)):
            names.add(name)
    return names


@pytest.mark.parametrize("version", VERSIONS)
def test_names(xendtc, inputs, tmp_path, version):
    """Xen knows the names that the list says it was built with, and no other of them."""
    rows, strangers = listed(xendtc)
    config = Path(f"{xen_of(inputs, version)}.config").read_text().splitlines()
    known = known_to(rows, version, config)
    names = sorted({name for name, _, _ in rows} | set(strangers))
    assert len(names) > 250
    unknown = set()
    for start in range(0, len(names), 90):
        part = [n for n in names[start:start + 90] if n not in ("console", "conring_size")]
        said = listen(inputs, tmp_path, version, part)
        unknown |= {n for n in part if xens_word(said, n) == "unknown"}
    assert sorted(set(names) - unknown) == sorted(known)
