# SPDX-License-Identifier: BSD-2-Clause
"""Each import/NAME/config must become NAME/system.yaml, with the messages in NAME/err, and a
description that is good.

A file `options` beside it holds more words for the command line, one a line; {files} is the
folder of the module files."""

import re

import pytest

import test_cases
from conftest import HERE, check_or_bless, run_xendtc

CASES = sorted(p.parent for p in (HERE / "import").glob("*/config"))
each_case = pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)


def imported(case, files, *more):
    return run_xendtc("import", *test_cases.options_of(case, files), *more, "config", cwd=case)


@each_case
def test_import(case, fixtures, bless):
    done = imported(case, fixtures)
    assert done.returncode == 0, done.stderr.decode()
    check_or_bless(case / "system.yaml", done.stdout, bless)
    check_or_bless(case / "err", done.stderr.replace(str(fixtures).encode(), b"FILES"), bless)


@each_case
def test_result_is_good(case):
    done = run_xendtc("check", "--no-files", "system.yaml", cwd=case)
    assert done.returncode == 0, done.stderr.decode()


@each_case
def test_result_boots_with_files(case, fixtures, tmp_path):
    """What was imported with the files in sight is good with them."""
    if "--files" not in test_cases.options_of(case, fixtures):
        pytest.skip("names files that are not there")
    done = run_xendtc("build", "--files", fixtures, "-o", tmp_path / "out", "system.yaml",
                      cwd=case)
    assert done.returncode == 0, done.stderr.decode()


@each_case
def test_findings_are_comments(case):
    """Each message stands in the YAML, too."""
    comments = " ".join(line.lstrip("# ") for line in
                        (case / "system.yaml").read_text().splitlines() if line.startswith("#"))
    for line, text in re.findall(r"^config:(\d+):\d+: warning\[\w+\]: (.*)$",
                                 (case / "err").read_text(), re.M):
        assert f"{line}: {text}" in comments


def test_variable_has_a_case():
    page = run_xendtc("schema", "imagebuilder").stdout.decode()
    names = re.findall(r"^\| `(\w+)", page, re.M)
    assigned = {name for case in CASES for name in
                re.findall(r"^(?:.*[; ])?(\w+)(?:\[[^]]*\])?\+?=", (case / "config").read_text(), re.M)}
    assert len(names) > 70 and not set(names) - assigned


def test_output_file(fixtures, tmp_path):
    case = HERE / "import" / "rpi4"
    done = imported(case, fixtures, "-o", tmp_path / "it.yaml")
    assert done.returncode == 0 and not done.stdout
    assert (tmp_path / "it.yaml").read_bytes() == (case / "system.yaml").read_bytes()


def test_config_is_no_output(fixtures, tmp_path):
    config = tmp_path / "config"
    config.write_text("XEN=xen\n")
    done = run_xendtc("import", "-o", config, config, cwd=tmp_path)
    assert done.returncode == 1 and b"E0902" in done.stderr
    assert config.read_text() == "XEN=xen\n"


def test_errors_write_nothing(tmp_path):
    done = run_xendtc("import", "-o", tmp_path / "it.yaml", "E1005-kernel.config",
                      cwd=HERE / "errors")
    assert done.returncode == 1 and not list(tmp_path.iterdir())


def test_standard_input(fixtures):
    case = HERE / "import" / "rpi4"
    done = run_xendtc("import", "--memory", "4G", "--stdin-filename", "config", "-",
                      stdin=(case / "config").read_bytes())
    assert done.stdout == (case / "system.yaml").read_bytes()


@pytest.mark.parametrize("options, message", [
    (["--board", "nothing"], b"no board is called 'nothing'"),
    (["--memory", "3G"], b"has no variant with 3G of memory")])
def test_wrong_option(options, message, tmp_path):
    (tmp_path / "config").write_text("XEN=xen\nMEMORY_START=0\n")
    done = run_xendtc("import", *options, "config", cwd=tmp_path)
    assert done.returncode == 1 and message in done.stderr and not done.stdout


def test_bash_agrees(fixtures, tmp_path):
    """What bash itself makes of the hardest config is what we made of it."""
    import subprocess
    script = 'source "$1"; printf "%s\\n" "$XEN_CMD" "$DOM0_CMD" "${DOMU_CMD[1]}" "$DOM0_KERNEL"'
    done = subprocess.run(["bash", "--noprofile", "--norc", "-c", script, "-",
                           HERE / "import" / "shell" / "config"],
                          stdout=subprocess.PIPE, check=True, env={"PATH": "/usr/bin:/bin"})
    xen, dom0, guest, kernel = done.stdout.decode().splitlines()
    text = (HERE / "import" / "shell" / "system.yaml").read_text()
    assert f"cmdline: {xen.replace(' dom0_mem=512M', '')}\n" in text
    for value in (dom0, guest, kernel):
        assert value in text
