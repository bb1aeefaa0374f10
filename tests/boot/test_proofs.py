# SPDX-License-Identifier: BSD-2-Clause
"""Proves rules on real Xen: what xendtc refuses is written all the same, and Xen is asked.

Each proofs/NAME.yaml is a faulty system. xendtc must refuse it with the code, at the line that
ends in `# here` if there is one. With the rule switched off, Xen must do what the comments at
the top of the file say:

    # code: E0806           the rule; none where xendtc never writes such a thing, and `edit` does
    # also: E0401 E0402     rules that must be off too
    # xen: 4.17 4.20        the versions that are asked: Debian's; 4.17-full and 4.20-full are made
    #                       of Debian's source with all options; newest and newest-full are not
    #                       Debian's (CONTRIBUTING.md). What is not there is skipped.
    # u-boot: 2023.01       versions of U-Boot that fetch all by TFTP, or from a virtio disk, and
    #                       start Xen by the script; without this, all is in memory beforehand
    # where: console        or ring: Xen's memory, for what it says before it has a UART
    # says: REGEX           what U-Boot, Xen or Linux says; several are all said, in any order
    # says-4.17: REGEX      what this release says instead; so with `where` and the two below, and
    #                       with the versions of U-Boot
    # silent: REGEX         what must not be said, until `says` was (or for some seconds)
    # seconds: 4            how long; after `says`, if there is one
    # types: o              keys that are typed at Xen's console (conswitch=ax on its line)
    # tree: DTS             an addition to the base tree's source; several are added in order
    # partial: DTS          the same for partial.dtb, which is fixtures/partial.dts
    # edit: DTS             the same for the tree that xendtc has written; {9: TEXT} in one of the
    #                       three is TEXT nine times, with NNN counting in hexadecimal
    # script: SED           an edit of the scripts that it has written
    # warned: W0740         in a good system: warnings of silence (test_silent.py); others have none
    # ram: 1024             MiB of the machine, if not 2048
    # cpu: neoverse-n1      its CPU, if not cortex-a57; the tree has to be told
    # qemu: -smp 4          more words for QEMU; the base tree is that of this very machine
    # firmware: smccc       ours, with calls by SMCCC 1.1, with `-smp 1 -M secure=on`, a GICv2 and
    #                       /psci in `tree`

Beside the boot tests' files, `xen` is the version that is asked, xen.config its configuration,
and some small kernels say their name (see machine.small_kernel).
"""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

import machine
from test_boot import u_boot as u_boot_of

pytestmark = pytest.mark.boot

PROOFS = Path(__file__).parent / "proofs"
PARTIAL = Path(__file__).parent.parent / "fixtures" / "partial.dts"
KEYS = ("code|also|xen|u-boot|where|says|silent|seconds|types|tree|partial|edit|script|"
        "warned|ram|cpu|qemu|firmware")
NOTE = re.compile(rf"^# ({KEYS})(-4\.\d+|-20\d\d\.\d+|-newest)?: (.*)$", re.M)


class Notes:
    """A description, and what its comments say."""

    def __init__(self, text):
        self.text = text
        self.system = yaml.safe_load(text)
        self.notes = [(key + version, value) for key, version, value in NOTE.findall(text)]

    def all(self, key):
        return [value for k, value in self.notes if k == key]

    def one(self, key, otherwise=None):
        return (self.all(key) or [otherwise])[0]

    def asked(self, key, versions, otherwise=None):
        return (self.all_asked(key, versions) or [otherwise])[0]

    def all_asked(self, key, versions):
        """What the comments say for one of these versions, of Xen and of U-Boot."""
        releases = [version.removesuffix("-full") for version in versions]
        own = [value for release in releases for value in self.all(f"{key}-{release}")]
        return own or self.all(key)

    @property
    def tree(self):
        tree = self.system["device-tree"]
        return tree["file"] if isinstance(tree, dict) else tree

    @property
    def gic(self):
        return 3 if "gicv3" in self.tree else 2

    @property
    def ram(self):
        """Bytes."""
        usual = {"1G": 1024, "2G": 2048, "4G": 4096}.get(self.system["memory"], 2048)
        return int(self.one("ram", usual)) * machine.MIB

    @property
    def how(self):
        """How QEMU is to be started."""
        return self.gic, self.ram, self.one("cpu", "cortex-a57"), self.one("qemu", "").split()


class Proof(Notes):
    def __init__(self, name):
        self.path = PROOFS / f"{name}.yaml"
        super().__init__(self.path.read_text())

    @property
    def codes(self):
        return self.all("code") + self.one("also", "").split()

    @property
    def line(self):
        """The number of the line that ends in `# here`; None if there is none."""
        marked = [n for n, line in enumerate(self.text.splitlines(), 1)
                  if line.endswith("# here")]
        return marked[0] if marked else None


def cases():
    for path in sorted(PROOFS.glob("*.yaml")):
        proof = Proof(path.stem)
        for xen in proof.one("xen").split():
            for version in proof.one("u-boot", "").split() or [None]:
                versions = [xen, version] if version else [xen]
                yield pytest.param(path.stem, versions, id="-".join([path.stem, *versions]))


def repeated(match):
    return "".join(match[2].replace("NNN", f"{i:03x}") for i in range(int(match[1])))


def changed_tree(tree, additions, to):
    """The tree, a blob or its source, with more of it in source form."""
    source = subprocess.run(["dtc", "-q", "-I", tree.suffix[1:], "-O", "dts", tree], check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    version, _, rest = source.partition(";")
    additions = [re.sub(r"\{(\d+): ([^{}]*)\}", repeated, a) for a in additions]
    early = [a for a in additions if a.startswith("/memreserve/")]
    late = [a for a in additions if a not in early]
    text = "\n".join([f"{version};", *early, rest, *late])
    to.unlink(missing_ok=True)
    subprocess.run(["dtc", "-q", "-f", "-I", "dts", "-O", "dtb", "-o", to], check=True,
                   input=text, text=True)
    return to


def base_tree(notes, folder, work):
    """Options for xendtc where the tree is not simply the one that the system names."""
    tree = folder / notes.tree
    if notes.one("qemu"):
        tree = machine.virt_tree(work / "machine.dtb", folder, *notes.how)
    if notes.all("tree"):
        tree = changed_tree(tree, notes.all("tree"), work / "changed.dtb")
    return ["--dtb", tree] if tree.parent == work else []


def run_xendtc(xendtc, notes, folder, work, *options):
    if "xen.policy" in notes.text and not (folder / "xen.policy").exists():
        pytest.skip(f"no policy for the Xen of {folder}")
    if "partial.dtb" in notes.text:
        changed_tree(PARTIAL, notes.all("partial"), folder / "partial.dtb")
    return subprocess.run([xendtc, "build", "--format", "json", "--stage",
                           "--files", folder, "--output", work / "out",
                           *base_tree(notes, folder, work), *options, "-"],
                          input=notes.text, stdout=subprocess.PIPE, text=True, cwd=PROOFS)


def assert_refused(xendtc, proof, folder, work):
    """Exit 1, with the code, at the place."""
    done = run_xendtc(xendtc, proof, folder, work)
    found = json.loads(done.stdout)["diagnostics"]
    assert proof.codes[0] in {d["code"] for d in found}, found
    lines = {(d["place"] or {}).get("line") for d in found if d["code"] == proof.codes[0]}
    assert proof.line is None or lines == {proof.line}
    errors = any(d["severity"] == "error" for d in found)
    assert done.returncode == (1 if errors else 0)
    if proof.codes[0].startswith("E"):
        assert errors and not (work / "out").exists()


def write_anyway(xendtc, proof, folder, work):
    off = [word for code in proof.codes for word in ("--unchecked", code)]
    done = run_xendtc(xendtc, proof, folder, work, "--no-hash", *off)
    assert done.returncode == 0, done.stdout
    out = work / "out"
    if proof.all("edit"):
        tree = out / machine.name_of(out, "device-tree")
        changed_tree(tree, proof.all("edit"), work / "edited.dtb").replace(tree)
    if proof.all("script"):
        machine.change_scripts(out, proof.all("script"))
    return out


def prepare(notes, out, work, u_boot=None):
    if notes.system["board"] == "rpi4":
        uart = 0 if "dtuart=serial0" in notes.system["xen"]["cmdline"] else 1
        return machine.raspi4b_direct(work, out, uart)
    if u_boot:
        files = {p.relative_to(out).as_posix(): p for p in sorted(out.rglob("*")) if p.is_file()}
        return machine.virt_disks(work, out, u_boot, *notes.how, disks={"virtio": files})
    start = machine.virt_firmware if notes.one("firmware") else machine.virt_direct
    return start(work, out, *notes.how)


def ask_xen(boot, proof, versions):
    says = [re.compile(words) for words in proof.all_asked("says", versions)]
    silent = proof.asked("silent", versions)
    if proof.asked("where", versions, "console") == "ring":
        boot.watch_ring(says)
        return
    seconds = float(proof.one("seconds", "0" if says else "4"))
    boot.watch(says, forbidden=[re.compile(silent)] if silent else (), timeout=90,
               linger=seconds, typed=proof.one("types", ""))


@pytest.fixture
def u_boot(inputs, versions):
    """The U-Boot of that version; None if the proof has none."""
    if len(versions) == 1:
        return None
    return u_boot_of(inputs, "qemu_arm64", versions[1])


@pytest.mark.parametrize("name, versions", cases())
def test_proof(xendtc, folders, u_boot, tmp_path, name, versions):
    proof, folder = Proof(name), folders(versions[0])
    if proof.one("code"):
        assert_refused(xendtc, proof, folder, tmp_path)
    out = write_anyway(xendtc, proof, folder, tmp_path)
    ask_xen(prepare(proof, out, tmp_path, u_boot), proof, versions)
