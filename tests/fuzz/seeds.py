#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The cases of the other tests become what the fuzzer starts from.

    tests/fuzz/seeds.py XENDTC FOLDER

writes FOLDER/files (module files), FOLDER/seeds/TARGET/* and FOLDER/TARGET.dict, whose words come
from the compiler's own tables."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent.parent
TOP = TESTS.parent
sys.path.insert(0, str(TESTS / "fixtures"))

import make  # noqa: E402

LARGEST = 256 << 10


def compiled(source, folder=None):
    """A tree from dts text, or nothing: not all of them are for dtc alone."""
    done = subprocess.run(["dtc", "-q", "-f", "-I", "dts", "-O", "dtb"], input=source,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder,
                          check=False)
    return done.stdout if done.returncode == 0 else b""


def texts(pattern):
    return [p.read_bytes() for p in sorted(TESTS.glob(pattern))]


def edited_trees(files):
    """Those of the cases that edit one, and those that no case edits."""
    for name in make.TREES:
        yield make.compile_tree(make.tree_source(name), folder=files)
    for path in sorted((TESTS / "errors").glob("*.yaml")):
        text = path.read_text(errors="replace")
        edits = re.findall(r"^# tree: (.*)$", text, re.M)
        name = re.search(r"^device-tree: ([\w.-]+)$", text, re.M)
        if edits and name and name[1] in make.TREES:
            yield make.edited_tree(name[1], edits, files)


def partial_trees(files):
    yield make.compile_tree(make.tree_source("partial.dtb"), folder=files)
    for path in sorted((TESTS / "errors").glob("*.yaml")):
        edits = re.findall(r"^# partial: (.*)$", path.read_text(errors="replace"), re.M)
        if edits:
            yield make.edited_tree("partial.dtb", edits, files)
    for path in sorted(TESTS.glob("cases/*/expected/*-passthrough.dts")):
        yield compiled(path.read_bytes())


def imported_trees():
    for case in sorted(TESTS.glob("cases/*/expected")):
        script = case / "boot2.source"
        for tree in sorted(case.glob("*.dts")):
            yield compiled(tree.read_bytes()) + (script.read_bytes() if script.exists() else b"")
    for case in sorted(TESTS.glob("import/*")):
        for tree in sorted(case.glob("*.dts")):
            script = next((p for p in sorted(case.glob("script*"))), None)
            yield compiled(tree.read_bytes()) + (script.read_bytes() if script else b"")
    for tree in texts("errors/*.dts"):
        yield compiled(tree)


def images(files):
    for number, names in enumerate((("xen*",), ("Image*", "uImage*", "zImage*"),
                                    ("initrd*", "*.cpio*"))):
        for pattern in names:
            for path in sorted(files.glob(pattern)):
                yield bytes([number]) + path.read_bytes()[:8192]


SETTINGS = b"memory=8G\ndom0.memory=1G\nguests.net.vcpus=2\nxen.cmdline=console=dtuart\n"


def all_seeds(files):
    systems = texts("cases/*/system.yaml") + texts("errors/*.yaml") + texts("boot/systems/*.yaml")
    return {
        "system": systems,
        "system-no-files": systems,
        "extends": [b"extends: base.yaml\nmemory: [4G, 8G]\n%%\n" + s for s in systems]
                   + [b"extends: base.yaml\n%%\nextends: root.yaml\nguests: {net: null}\n%%\n"
                      + s for s in systems if b"net:" in s],
        "settings": [SETTINGS + b"%%\n" + s for s in systems],
        "fix": systems + texts("fixes/*/before.yaml"),
        "formats": [bytes([n % 7]) + s for n, s in enumerate(systems)],
        "map": systems,
        "board": [p.read_bytes() for p in sorted(TOP.glob("boards/*/board.yaml"))]
                 + texts("boards/*/board.yaml"),
        "tree": edited_trees(files),
        "overlay": [make.compile_tree(make.tree_source("overlay.dtbo"), "-@", folder=files)
                    if "overlay.dtbo" in make.TREES else
                    compiled((TESTS / "fixtures" / "overlay.dts").read_bytes())],
        "partial": partial_trees(files),
        "image": images(files),
        "xen-config": texts("fixtures/xen.config"),
        "config": texts("import/*/config") + texts("errors/*.config")
                  + texts("imagebuilder/*/config"),
        "import-tree": imported_trees(),
        "init": [i[1:] for i in images(files)] + list(texts("fixtures/xen.config")),
    }


def schema_words(xendtc, what):
    """Keys, words and patterns of the JSON Schema."""
    words = set()

    def walk(value):
        if isinstance(value, dict):
            words.update(value.get("properties", {}))
            words.update(w for w in value.get("enum", []) if isinstance(w, str))
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(json.loads(subprocess.run([xendtc, "schema", what], check=True,
                                   stdout=subprocess.PIPE).stdout))
    return words


def table_words(xendtc, what):
    """The first column of a page of the tool."""
    page = subprocess.run([xendtc, "schema", what], check=True, stdout=subprocess.PIPE,
                          text=True).stdout
    return set(re.findall(r"^\| `([^`]+)`", page, re.M))


YAML = {": ", "- ", "{", "}", "[", "]", "&a ", "*a", "|\n", ">\n", "'", '"', "#", "\n  ", "0x",
        "auto", "null", "true", "false", "512M", "4G", "0xffffffffffffffff", "<<: ",
        "# xendtc: allow W0101 reason", "  # xendtc: allow W0310, W0706 why\n"}
SHELL = {"$((", "))", "${", "}", ":-", "+=(", "export ", "\\\n", "NUM_DOMUS=", "[0]=", "[0,1]="}
UBOOT = {"setenv ", "fdt set /chosen ", "tftpb ", "load mmc 0:1 ", "booti ", "bootm ", "${", "}"}


def dictionaries(xendtc):
    system = YAML | schema_words(xendtc, "system") | table_words(xendtc, "xen-parameters")
    rules = table_words(xendtc, "device-rules")
    return {
        **dict.fromkeys(("system", "system-no-files", "fix", "formats", "map"), system),
        "extends": system | {"extends: base.yaml\n", "extends: root.yaml\n", "\n%%\n"},
        "settings": system | {"guests.net.", "xen.", "dom0.", "=", "\n%%\n"},
        "board": YAML | schema_words(xendtc, "board"),
        "config": SHELL | table_words(xendtc, "imagebuilder"),
        "xen-config": {"\nCONFIG_", "=y\n", " is not set\n"},
        "tree": rules, "overlay": rules, "partial": rules, "import-tree": rules | UBOOT,
        "image": {"\x7fELF", "ARM\x64", "070701", "\x1f\x8b\x08", "Linux version 6.1"},
        "init": {"\x7fELF", "ARM\x64", "070701", "\x1f\x8b\x08", "Linux version 6.1", "CONFIG_XEN=y"},
    }


def quoted(word):
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02x}"
                         for b in word.encode("latin-1", errors="ignore")) + '"'


def main():
    xendtc, folder = sys.argv[1], Path(sys.argv[2])
    files = folder / "files"
    if not files.exists():
        files.mkdir(parents=True)
        make.make(files)
    for name, seeds in all_seeds(files).items():
        into = folder / "seeds" / name
        into.mkdir(parents=True, exist_ok=True)
        for seed in seeds:
            if 0 < len(seed) <= LARGEST:
                (into / hashlib.sha1(seed).hexdigest()).write_bytes(seed)
    for name, words in dictionaries(xendtc).items():
        (folder / f"{name}.dict").write_text(
            "".join(quoted(w) + "\n" for w in sorted(words) if w and len(w) < 64))


if __name__ == "__main__":
    main()
