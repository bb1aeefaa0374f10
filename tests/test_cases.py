# SPDX-License-Identifier: BSD-2-Clause
"""Each cases/NAME/system.yaml must become what stands in cases/NAME/expected/.

A file `options` beside it holds more words for the command line, one a line; {files} is the
folder of the module files. Trees are compared as text, as dtc shows them, and manifests without
the sizes and sums of files, so that a word more in one output changes no other expectation:
test_manifest_is_true holds those against the files themselves."""

import re
import subprocess

import pytest

from conftest import HERE, run_xendtc

CASES = sorted(p.parent for p in (HERE / "cases").glob("*/system.yaml"))
EPOCH = "1700000000"


def options_of(case, files):
    path = case / "options"
    words = path.read_text().split("\n") if path.exists() else []
    return [w.replace("{files}", str(files)) for w in words if w]


def build(case, files, out, **more):
    """The finished process of `xendtc build`."""
    return run_xendtc("build", "-q", "--files", files, "-o", out, *options_of(case, files),
                      "system.yaml", cwd=case, env={"SOURCE_DATE_EPOCH": EPOCH}, **more)


def as_text(tree):
    """As dtc 1.6 writes it. From 1.7 on it splits lists of texts (write_propval_string() in its
    treesource.c): "a", "b" is "a\\0b" there."""
    done = subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dts", str(tree)], check=True,
                          stdout=subprocess.PIPE)
    return done.stdout.replace(b'", "', rb"\0")


def without_sums(manifest):
    """The lines of `files` without what follows from the bytes of the file."""
    return re.sub(rb'^(      "(size|sha256|end)": )[^,\n]+', rb'\1"..."', manifest, flags=re.M)


def names(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def results(case, files, out):
    """What is compared: name -> text."""
    done = build(case, files, out)
    assert done.returncode == 0, done.stderr.decode()
    found = {"messages.txt": done.stderr, "names.txt": "\n".join(names(out)).encode() + b"\n"}
    for path in out.iterdir():
        if path.suffix == ".dtb":
            found[path.stem + ".dts"] = as_text(path)
        elif path.suffix in (".source", ".txt", ".json", ".cfg", ".its"):
            found[path.name] = path.read_bytes()
    found["manifest.json"] = without_sums(found["manifest.json"])
    found["map.txt"] = run_xendtc("map", "--files", files, *options_of(case, files),
                                  "system.yaml", cwd=case).stdout
    return {name: text.replace(str(files).encode(), b"FILES") for name, text in found.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_case(case, fixtures, tmp_path, golden):
    golden.folder(case / "expected", results(case, fixtures, tmp_path / "out"))
