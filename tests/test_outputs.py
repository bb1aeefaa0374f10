# SPDX-License-Identifier: BSD-2-Clause
"""The set of outputs: what is in it, and what becomes of it where writing it fails."""

import json
import re

import pytest

import test_cases
from conftest import HERE, TOP, run_xendtc
from test_command_line import GOOD, folder, run  # noqa: F401, the last two are fixtures

ROW = re.compile(r'^\t\{ ("(?P<name>[^"]+)"|NULL|[A-Z_]+), ("(?P<role>[^"]+)"|NULL)', re.M)


def rows():
    """Names and roles in the table of outputs; None where they depend on the plan."""
    text = (TOP / "compiler" / "emit" / "outputs.c").read_text()
    table = text[text.index("output_rows[] = {"):]
    return [(m["name"], m["role"]) for m in ROW.finditer(table)]


def test_row_has_a_case():
    """CONTRIBUTING.md: a row of outputs.c comes with a case that has the file."""
    names, roles = set(), {"device-tree"}
    for case in test_cases.CASES:
        names |= set((case / "expected" / "names.txt").read_text().split())
        manifest = json.loads((case / "expected" / "manifest.json").read_text())
        roles |= {f["role"] for f in manifest["files"]} | (set(manifest) & {"fit", "card"})
    assert len(rows()) > 12
    missing = [row for row in rows()
               if (row[0] and row[0] not in names) or (row[1] and row[1] not in roles)]
    assert not missing, f"rows of outputs.c that no folder below tests/cases/ has: {missing}"


@pytest.mark.parametrize("case", test_cases.CASES, ids=lambda c: c.name)
def test_manifest_has_the_set(case):
    """Every file of the folder stands in the manifest, those that xendtc makes once."""
    expected = case / "expected"
    manifest = json.loads((expected / "manifest.json").read_text())
    ours = [f["name"] for f in manifest["files"] if "path" not in f]
    ours += [manifest[part]["name"] for part in ("fit", "card") if part in manifest]
    theirs = {f["name"] for f in manifest["files"] if "path" in f}
    there = set((expected / "names.txt").read_text().split()) - {"manifest.json"}
    assert there <= set(ours) | theirs
    assert len(ours) == len(set(ours)) and not theirs & set(ours)


def test_verbose_names_every_file(fixtures, tmp_path):
    case = HERE / "cases" / "qemu-later"
    done = run_xendtc("build", "-v", "--files", fixtures, "-o", tmp_path / "out", "--stage",
                      "--depfile", tmp_path / "out" / "d", "system.yaml", cwd=case)
    assert done.returncode == 0, done.stderr.decode()
    said = {line.split()[0] for line in done.stdout.decode().splitlines()[1:]}
    there = set(test_cases.names(tmp_path / "out"))
    assert {s.removeprefix(f"{tmp_path}/out/") for s in said} == there
    assert all(len(line.split()) > 1 for line in done.stdout.decode().splitlines())


def test_names_of_guests_take_no_name(own_fixtures, tmp_path):
    """E0903: the file for `xl create xen.cfg` would be what UEFI firmware has Xen read."""
    system = (HERE / "cases" / "qemu-uefi" / "system.yaml").read_text()
    changed = system.replace(
        "guests:\n", "guests:\n  xen: {kernel: Image, memory: 64M, vcpus: 1, boot: false}\n")
    assert changed != system
    (tmp_path / "s.yaml").write_text(changed)
    done = run_xendtc("build", "-o", "out", "--files", own_fixtures, "s.yaml", cwd=tmp_path)
    assert done.returncode == 1, done.stderr.decode()
    assert b"error[E0903]: 'xen.cfg' would have the name of a file" in done.stderr
    assert not (tmp_path / "out").exists()


def test_fit_takes_no_name_of_a_partial_tree(fixtures, tmp_path):
    system = (HERE / "cases" / "qemu-fit" / "system.yaml").read_text()
    changed = system.replace("system.itb", "app-passthrough.dtb")
    assert changed != system
    (tmp_path / "s.yaml").write_text(changed)
    done = run_xendtc("build", "-o", "out", "--files", fixtures, "s.yaml", cwd=tmp_path)
    assert done.returncode == 1 and b"error[E0903]: 'app-passthrough.dtb'" in done.stderr
    assert not (tmp_path / "out").exists()
