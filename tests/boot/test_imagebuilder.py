# SPDX-License-Identifier: BSD-2-Clause
"""What ImageBuilder's users have: each config of tests/imagebuilder is imported and built, and
/chosen is the one that ImageBuilder's script makes in U-Boot (chosen), but for what
differences.yaml lists. What Xen would not start is refused instead (refused)."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).parent.parent / "imagebuilder"
sys.path.insert(0, str(HERE))

import reference  # noqa: E402

DIFFERENCES = yaml.safe_load((HERE / "differences.yaml").read_text())
MADE = sorted(path.parent.name for path in HERE.glob("*/chosen"))
REFUSED = sorted(path.parent.name for path in HERE.glob("*/refused"))


@pytest.fixture(scope="session")
def imagebuilder_files(inputs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("imagebuilder")
    reference.make_files(inputs, folder)
    return folder


def imported(xendtc, name, files):
    """The system that becomes of a config."""
    done = subprocess.run([xendtc, "import", "--files", files, HERE / name / "config"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def build(xendtc, system, files, out):
    return subprocess.run([xendtc, "build", "-q", "--no-hash", "--files", files, "-o", out, "-"],
                          input=system, stderr=subprocess.PIPE, text=True)


def rules(name):
    return [rule for rule in DIFFERENCES if name in rule.get("only", [name])]


def translated(name, text):
    """A listing of ImageBuilder's with all that is known to differ as xendtc writes it."""
    for rule in rules(name):
        text = re.sub(rule["line"], rule["becomes"], text, flags=re.MULTILINE)
    return text


def any_order(text):
    """U-Boot puts new nodes first, xendtc last."""
    return sorted(line for line in text.splitlines() if line)


def domains(text):
    return re.findall(r"^/chosen/(domU\d+)$", text, re.MULTILINE)


@pytest.mark.parametrize("name", MADE)
def test_same_chosen(xendtc, imagebuilder_files, tmp_path, name):
    system = imported(xendtc, name, imagebuilder_files)
    done = build(xendtc, system, imagebuilder_files, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    tree = tmp_path / "out" / yaml.safe_load(system)["device-tree"]
    got = reference.listing(tree.read_bytes(), imagebuilder_files)
    wanted = translated(name, (HERE / name / "chosen").read_text())
    assert any_order(got) == any_order(wanted)
    # Xen gives domain ids in the order of the nodes, so ImageBuilder's last guest has the first.
    assert domains(got) == domains(wanted)[::-1]


@pytest.mark.parametrize("name", REFUSED)
def test_refused(xendtc, imagebuilder_files, tmp_path, name):
    system = imported(xendtc, name, imagebuilder_files)
    done = build(xendtc, system, imagebuilder_files, tmp_path / "out")
    assert done.returncode == 1
    errors = sorted(set(re.findall(r": error\[(E\d{4})\]", done.stderr)))
    assert errors == (HERE / name / "refused").read_text().split()


@pytest.mark.parametrize("rule", DIFFERENCES, ids=lambda rule: rule["line"])
def test_difference_is_there(rule):
    """A rule that matches no listing hides nothing; out with it."""
    listings = [(HERE / name / "chosen").read_text() for name in rule.get("only", MADE)]
    assert rule["reason"]
    text = "".join(listings)
    for earlier in DIFFERENCES[:DIFFERENCES.index(rule)]:
        if "only" not in earlier:
            text = re.sub(earlier["line"], earlier["becomes"], text, flags=re.MULTILINE)
    assert re.search(rule["line"], text, re.MULTILINE)
