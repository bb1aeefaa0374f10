# SPDX-License-Identifier: BSD-2-Clause
"""What integrations/ and action.yml offer to CI servers and build systems: their steps are run here,
as the servers run them."""

import json
import os
import re
import shutil
import subprocess

import pytest
import yaml

from conftest import BESIDE, BINARY, FINDINGS, TOP, complain, environment, run_xendtc

INTEGRATIONS = TOP / "integrations"
VERSION = (TOP / "VERSION").read_text().strip()
SLOW = pytest.mark.skipif(not os.environ.get("XENDTC_SLOW"),
                          reason="builds xendtc once more: XENDTC_SLOW=1, as in tests/run.sh")

GOOD = """\
board: rpi4
memory: 4G
device-tree: bcm2711-rpi-4-b.dtb
xen: {image: xen, cmdline: console=dtuart dtuart=serial1}
dom0: {kernel: Image, ramdisk: initrd.cpio, memory: 512M, cmdline: console=hvc0}
"""
REFUSED = GOOD.replace("512M", "512")


@pytest.fixture
def path(tmp_path):
    """PATH with a command xendtc that finds its boards."""
    folder = tmp_path / "bin"
    folder.mkdir()
    more = "" if BESIDE else f"set -- --board-path '{TOP}/boards' \"$@\"\n"
    (folder / "xendtc").write_text(f"#!/bin/sh\n{more}exec '{BINARY}' \"$@\"\n")
    (folder / "xendtc").chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


@pytest.fixture
def project(tmp_path):
    """A git repository with a good description, and YAML of somebody else."""
    folder = tmp_path / "a project"
    (folder / "boards").mkdir(parents=True)
    (folder / "boards" / "lab.yaml").write_text(GOOD)
    (folder / "system-upgrade.yaml").write_text("- hosts: all\n")
    for words in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


def run(script, cwd, shell=("bash", "--noprofile", "--norc", "-eo", "pipefail"), **env):
    """As GitHub's runner runs `shell: bash`."""
    return subprocess.run([*shell, "-c", script], cwd=cwd, env=environment(**env), check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


# All YAML of a repository.

CHECK = str(INTEGRATIONS / "check.sh")


def test_check_finds_descriptions(project, path):
    good = run(f"{CHECK} --no-files", project, PATH=path)
    assert good.returncode == 0, good.stdout.decode()
    (project / "boards" / "lab.yaml").write_text(REFUSED)
    bad = run(f"{CHECK} --no-files --format short", project, PATH=path)
    assert bad.returncode == 1
    assert re.findall(rb"^(.*): error\[(.*)\]", bad.stdout, re.M) == [
        (b"boards/lab.yaml:5:53", b"E0207")], bad.stdout.decode()


def test_check_takes_names(project, path):
    done = run(f"{CHECK} --no-files -- system-upgrade.yaml", project, PATH=path)
    assert done.returncode == 1 and b"system-upgrade.yaml:1:" in done.stdout


def test_check_of_nothing_is_no_success(tmp_path, path):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    done = run(CHECK, tmp_path, PATH=path)
    assert done.returncode == 1 and b"no YAML" in done.stdout


# GitHub.

ACTION = yaml.safe_load((TOP / "action.yml").read_text())


def expression(text, inputs):
    """What GitHub makes of ${{ inputs.NAME }}."""
    return re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda m: inputs[m[1]], text)


def run_action(cwd, path, tmp_path, **given):
    """Its steps in order, until one fails; the last one that ran."""
    inputs = {**{name: row["default"] for name, row in ACTION["inputs"].items()}, **given}
    added = tmp_path / "github-path"
    added.touch()
    for step in ACTION["runs"]["steps"]:
        if "if" in step:
            name, value = re.fullmatch(r"inputs\.(\w+) == '(\w+)'", step["if"]).groups()
            if inputs[name] != value:
                continue
        assert step["shell"] == "bash"
        env = {name: expression(value, inputs) for name, value in step.get("env", {}).items()}
        done = run(step["run"], cwd, GITHUB_ACTIONS="true", GITHUB_ACTION_PATH=str(TOP),
                   GITHUB_PATH=str(added), RUNNER_TEMP=str(tmp_path / "runner"),
                   PATH=":".join([*added.read_text().split(), path]), **env)
        if done.returncode:
            break
    return done


def test_action(project, path, tmp_path):
    good = run_action(project, path, tmp_path, install="false")
    assert good.returncode == 0, good.stdout.decode()
    (project / "boards" / "lab.yaml").write_text(REFUSED)
    bad = run_action(project, path, tmp_path, install="false")
    assert bad.returncode == 1
    assert re.search(rb"^::error file=boards/lab\.yaml,line=5,endLine=5,col=53,", bad.stdout, re.M), \
        bad.stdout.decode()
    named = run_action(project, path, tmp_path, install="false", files="system-upgrade.yaml",
                       options="--no-files -Werror")
    assert named.returncode == 1 and b"file=system-upgrade.yaml," in named.stdout


@SLOW
def test_action_installs(project, tmp_path):
    """From the checkout that GitHub made of this repository."""
    done = run_action(project, os.environ["PATH"], tmp_path)
    assert done.returncode == 0, done.stdout.decode()
    assert (tmp_path / "runner" / "xendtc" / "bin" / "xendtc").exists()


def test_problem_matcher():
    matcher, = json.loads((INTEGRATIONS / "github/problem-matcher.json").read_text())["problemMatcher"]
    pattern, = matcher["pattern"]
    done = run_xendtc("check", "--no-files", "--format", "short", "--stdin-filename", "a b/lab.yaml", "-",
                      stdin=REFUSED.encode())
    line = done.stderr.decode().splitlines()[-1]
    found = re.search(pattern["regexp"], line)
    got = [found[pattern[key]] for key in ("file", "line", "column", "severity", "code")]
    assert got == ["a b/lab.yaml", "5", "53", "error", "E0207"] and found[pattern["message"]]
    complain(f"no problem matcher finds {code}" for code, severity in FINDINGS
             if not re.search(pattern["regexp"],
                              f"x:1:2: {'warning' if severity == 'WARNING' else 'error'}[{code}]: text"))


# GitLab.

TEMPLATE = yaml.safe_load((INTEGRATIONS / "gitlab/xendtc.yml").read_text())


def run_job(project, path, tmp_path, before):
    """The job as GitLab's runner runs it: one shell for all its lines, which stops at the first
    that fails; /tmp/xendtc is a folder of this test."""
    job = TEMPLATE["xendtc-check"]
    lines = (job["before_script"] if before else []) + job["script"]
    script = "\n".join(lines).replace("/tmp/xendtc", str(tmp_path / "checkout"))
    return run(script, project, shell=("sh", "-e") if not before else ("bash", "-eo", "pipefail"),
               **{**TEMPLATE["variables"], "XENDTC_REPOSITORY": str(TOP), "XENDTC_REF": "HEAD"},
               CI_PROJECT_DIR=str(project), HOME=str(tmp_path), PATH=path)


def report(project):
    return json.loads((project / "gl-code-quality-report.json").read_text())


def test_gitlab(project, path, tmp_path):
    (tmp_path / "checkout").symlink_to(TOP)
    good = run_job(project, path, tmp_path, False)
    assert good.returncode == 0 and report(project) == [], good.stdout.decode()
    (project / "boards" / "lab.yaml").write_text(REFUSED)
    bad = run_job(project, path, tmp_path, False)
    assert bad.returncode == 1 and b"boards/lab.yaml:5:53: error[E0207]" in bad.stdout
    assert [f["location"]["path"] for f in report(project)] == ["boards/lab.yaml"]


@pytest.mark.skipif(not (TOP / ".git").exists(), reason="no git repository to fetch from")
def test_gitlab_fetches(project, path, tmp_path):
    done = run_job(project, path, tmp_path, True)
    assert (tmp_path / "checkout" / "VERSION").exists(), done.stdout.decode()


def test_references_are_this_release():
    assert TEMPLATE["variables"]["XENDTC_REF"] == f"v{VERSION}"
    for name in ("action.yml", "integrations/gitlab/xendtc.yml"):
        found = set(re.findall(r"\bv(\d+\.\d+\.\d+)\b", (TOP / name).read_text()))
        assert found == {VERSION}, name


# Build systems.

@pytest.fixture
def system(tmp_path, fixtures):
    """A function that makes a project of an example: a folder with a description and its files."""
    def make(example):
        folder = tmp_path / "system"
        shutil.copytree(INTEGRATIONS / example, folder)
        (folder / "files").mkdir()
        for name in ("xen", "Image", "initrd.cpio", "bcm2711-rpi-4-b.dtb"):
            shutil.copy(fixtures / name, folder / "files" / name)
        (folder / "system.yaml").write_text(GOOD)
        return folder
    return make


def touch_later(path):
    """Newer than anything, whatever the file system's clock can tell apart."""
    now = path.stat().st_mtime + 5
    os.utime(path, (now, now))


def is_idle(folder, path):
    done = run("ninja", folder, PATH=path)
    assert done.returncode == 0, done.stdout.decode()
    return b"no work to do" in done.stdout


@pytest.mark.parametrize("example, build, output", [
    ("ninja", ".", "out"), ("meson", "build", "build")])
def test_built_when_something_changed(example, build, output, system, path):
    folder = system(example)
    if example == "meson":
        done = run("meson setup build", folder, PATH=path)
        assert done.returncode == 0, done.stdout.decode()
    assert not is_idle(folder / build, path)
    assert (folder / output / "boot2.scr").exists()
    assert is_idle(folder / build, path)
    for name in ("files/Image", "system.yaml", "files/bcm2711-rpi-4-b.dtb"):
        touch_later(folder / name)
        assert not is_idle(folder / build, path), name


def test_meson_checks(system, path):
    folder = system("meson")
    done = run("meson setup build && meson test -C build --print-errorlogs", folder, PATH=path)
    assert done.returncode == 0, done.stdout.decode()
