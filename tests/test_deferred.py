# SPDX-License-Identifier: BSD-2-Clause
"""Guests with `boot: false`: what xl's own parser reads in the files that we write for it."""

import ctypes
import json
from pathlib import Path

import pytest

import test_cases
from conftest import HERE
from test_command_line import GOOD, folder, run  # noqa: F401, the last two are fixtures

CASE = HERE / "cases" / "rpi4-deferred"
DEFERRED = GOOD + """\
guests:
  net: {kernel: Image, memory: 128M, vcpus: 1, boot: false}
"""


class Xl:
    """libxlutil (Xen tools/include/libxlutil.h), which `xl create` reads its files with."""

    def __init__(self, text):
        found = sorted(Path("/usr/lib").glob("*/libxlutil.so.*"))
        if not found:
            pytest.skip("libxlutil is not there")
        self.lib = ctypes.CDLL(str(found[-1]))
        self.lib.xlu_cfg_init.restype = ctypes.c_void_p
        self.lib.xlu_cfg_get_listitem.restype = ctypes.c_char_p
        stderr = ctypes.c_void_p.in_dll(ctypes.CDLL(None), "stderr")
        self.config = ctypes.c_void_p(self.lib.xlu_cfg_init(stderr, b"guest.cfg"))
        assert self.lib.xlu_cfg_readdata(self.config, text, len(text)) == 0

    def string(self, name):
        value = ctypes.c_char_p()
        failed = self.lib.xlu_cfg_get_string(self.config, name.encode(), ctypes.byref(value), 0)
        return None if failed else value.value.decode()

    def number(self, name):
        value = ctypes.c_long()
        assert not self.lib.xlu_cfg_get_long(self.config, name.encode(), ctypes.byref(value), 0)
        return value.value

    def items(self, name):
        items, count = ctypes.c_void_p(), ctypes.c_int()
        assert not self.lib.xlu_cfg_get_list(self.config, name.encode(), ctypes.byref(items),
                                             ctypes.byref(count), 0)
        return [self.lib.xlu_cfg_get_listitem(items, i).decode() for i in range(count.value)]


def test_xl_reads_what_was_meant():
    xl = Xl((CASE / "expected" / "later.cfg").read_bytes())
    assert xl.string("name") == "later"
    assert xl.string("kernel") == "/srv/guests/Image"
    assert xl.string("cmdline") == 'console=hvc0 quote="a b" back\\slash'
    assert xl.items("cpus") == ["2-3", "all", "1"]
    assert xl.items("llc_colors") == ["0-3", "7"]
    assert (xl.number("memory"), xl.number("vcpus"), xl.number("shadow_memory")) == (256, 3, 4)
    assert xl.string("vuart") == "sbsa_uart" and xl.string("sve") == "hw"
    assert xl.number("trap_unmapped_accesses") == 0


def test_the_tree_knows_nothing_of_it(fixtures, tmp_path):
    """The same system without the guests that dom0 starts gives the same tree and script."""
    alone = tmp_path / "case"
    alone.mkdir()
    text = (CASE / "system.yaml").read_text()
    text = text[:text.index("  later:")] + text[text.index("  now:"):text.index("  small:")]
    (alone / "system.yaml").write_text(text)
    for case, out in ((CASE, tmp_path / "with"), (alone, tmp_path / "without")):
        assert test_cases.build(case, fixtures, out).returncode == 0
    for name in ("bcm2711-rpi-4-b.dtb", "boot2.source"):
        assert (tmp_path / "with" / name).read_bytes() == \
            (tmp_path / "without" / name).read_bytes()


def test_files_are_staged(run, folder):
    (folder / "good.yaml").write_text(DEFERRED.replace("net: {kernel: Image,",
                                                       "net: {kernel: Image.gz,"))
    assert run("build", "-q", "--stage", "good.yaml").returncode == 0
    assert (folder / "out" / "Image.gz").exists() and (folder / "out" / "net.cfg").exists()
    files = json.loads((folder / "out" / "manifest.json").read_text())["files"]
    mine = next(f for f in files if f["name"] == "Image.gz")
    assert mine["role"] == "kernel" and len(mine["sha256"]) == 64 and "address" not in mine


@pytest.mark.parametrize("name", ["manifest.json", "net.cfg", "boot2.scr"])
def test_no_file_takes_the_name_of_an_output(run, folder, fixtures, name):
    (folder / name).write_bytes((fixtures / "Image").read_bytes())
    (folder / "good.yaml").write_text(DEFERRED.replace("dom0: {kernel: Image,",
                                                       f"dom0: {{kernel: {folder}/{name},"))
    done = run("build", "good.yaml")
    assert done.returncode == 1 and b"error[E0903]" in done.stderr
    assert not (folder / "out").exists()
