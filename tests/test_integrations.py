# SPDX-License-Identifier: BSD-2-Clause
"""What integrations/ and action.yml offer to CI servers and build systems: their steps are run here,
as the servers run them."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import time

import pytest
import yaml

from conftest import BESIDE, BINARY, FINDINGS, GOOD, TOP, complain, environment, run_xendtc

INTEGRATIONS = TOP / "integrations"
VERSION = (TOP / "VERSION").read_text().strip()
SLOW = pytest.mark.skipif(not os.environ.get("XENDTC_SLOW"),
                          reason="builds xendtc once more: XENDTC_SLOW=1, as in tests/run.sh")

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
    """Newer than what was built before, by more than file systems' clocks can tell apart."""
    time.sleep(0.1)
    os.utime(path)


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
        assert is_idle(folder / build, path), name


def test_meson_checks(system, path):
    folder = system("meson")
    done = run("meson setup build && meson test -C build --print-errorlogs", folder, PATH=path)
    assert done.returncode == 0, done.stdout.decode()


# Buildroot and Yocto, with what Debian has of their parsers.

BUILDROOT = INTEGRATIONS / "buildroot"
LAYER = INTEGRATIONS / "yocto" / "meta-xendtc"
RECIPE = LAYER / "recipes-devtools" / "xendtc" / f"xendtc_{VERSION}.bb"


def test_buildroot_menu(monkeypatch):
    """The options, as the parser of Linux's Kconfig language has them."""
    kconfiglib = pytest.importorskip("kconfiglib")
    monkeypatch.setenv("BR2_EXTERNAL_XENDTC_PATH", str(BUILDROOT))
    menu = kconfiglib.Kconfig(str(BUILDROOT / "Config.in"), warn_to_stderr=False)
    assert menu.warnings == []
    assert set(menu.syms) - {"n", "m", "y", "MODULES", "UNAME_RELEASE"} == \
        {"BR2_PACKAGE_HOST_XENDTC", "BR2_PACKAGE_HOST_XENDTC_SYSTEM"}
    package, system = (menu.syms[f"BR2_PACKAGE_HOST_XENDTC{more}"] for more in ("", "_SYSTEM"))
    assert system.visibility == 0
    package.set_value(2)
    assert system.visibility == 2 and all(node.help for node in package.nodes + system.nodes)


@pytest.mark.skipif(not shutil.which("make"), reason="no make here")
@pytest.mark.parametrize("system, goals", [("", []), ("/a/system.yaml", ["xendtc-system"])])
def test_buildroot_makefiles(system, goals, tmp_path):
    """What they say to Buildroot, whose two functions for packages only note that they were called."""
    (tmp_path / "Makefile").write_text(f"""\
qstrip = $(strip $(subst ",,$(1)))
host-meson-package = $(eval called += meson)
host-autotools-package = $(eval called += autotools)
BR2_EXTERNAL_XENDTC_PATH = {BUILDROOT}
BR2_PACKAGE_HOST_XENDTC_SYSTEM = "{system}"
HOST_DIR = /host
BINARIES_DIR = /images
world:
host-xendtc target-post-image:
include {BUILDROOT}/external.mk
$(info called $(sort $(called)))
$(info source $(XENDTC_SITE) $(XENDTC_SITE_METHOD) $(XENDTC_VERSION))
""")
    done = run("make --warn-undefined-variables -n world", tmp_path)
    text = done.stdout.decode()
    assert done.returncode == 0 and "called autotools meson\n" in text, text
    assert f"source {TOP} local {VERSION}\n" in text and "undefined variable" not in \
        re.sub(r".*variable .HOST_CFLAGS.*", "", text), text
    assert ("/host/bin/xendtc build -q --stage --files /images" in text) == bool(goals), text


def test_recipe_is_of_this_release():
    assert RECIPE.exists(), "the recipe's name says its version"
    text = RECIPE.read_text()
    assert re.search(r"LICENSE;md5=(\w+)", text)[1] == \
        hashlib.md5((TOP / "LICENSE").read_bytes()).hexdigest()


# The lines that BitBake's two parsers know (bitbake/lib/bb/parse/parse_py), as far as ours use them.
LINES = [r"#.*", r"", r"inherit [\w -]+", r"addtask [\w ]+", r"do_\w+\(\) \{", r"\}", r"\t.*",
         r"\w[\w:${}-]*(\[\w+\])? (=|\?=|:=|\+=|=\+|\.=) \"[^\"]*\""]


@pytest.mark.parametrize("path", sorted(
    str(p.relative_to(LAYER)) for p in LAYER.rglob("*") if p.suffix in (".bb", ".bbclass", ".conf")))
def test_recipe_lines(path):
    """Without BitBake: each line is one of its language, and functions are shell."""
    text = (LAYER / path).read_text()
    complain(f"{path}:{number}: no line of BitBake's: {line}"
             for number, line in enumerate(text.splitlines(), 1)
             if not any(re.fullmatch(each, line) for each in LINES))
    for body in re.findall(r"^do_\w+\(\) \{\n(.*?)^\}$", text, re.M | re.S):
        done = subprocess.run(["sh", "-n"], input=body.encode(), stderr=subprocess.PIPE, check=False)
        assert done.returncode == 0, done.stderr.decode()


BITBAKE = os.environ.get("XENDTC_BITBAKE", "")
# What bb.parse makes of the file that is its second argument; the first one is a folder of classes.
PARSE = f"""
import sys
sys.path.insert(0, {BITBAKE!r} + "/lib")
import bb, bb.data_smart, bb.parse, bb.siggen
data = bb.data_smart.DataSmart()
data.setVar("BBPATH", sys.argv[1] + ":{LAYER}")
data.setVar("LAYERDIR", "{LAYER}")
data.setVar("__bbclasstype", "recipe")
bb.parse.siggen = bb.siggen.init(data)
data = bb.parse.handle("{LAYER}/conf/layer.conf", data)
data = bb.parse.handle(sys.argv[2], data)[""]
for name in ("EXTERNALSRC", "DEPENDS", "do_compile"):
    print(name, "=", data.getVar(name))
"""


@pytest.mark.skipif(not BITBAKE, reason="no BitBake in Debian: XENDTC_BITBAKE names a checkout of it")
def test_bitbake_parses(tmp_path):
    """Its own parser takes both, with classes of OpenEmbedded that say nothing."""
    (tmp_path / "classes").mkdir()
    for name in ("externalsrc", "meson", "pkgconfig", "native", "nativesdk", "deploy", "nopackages"):
        (tmp_path / "classes" / f"{name}.bbclass").write_text("")
    (tmp_path / "a-system.bb").write_text('inherit xendtc\nSRC_URI = "file://system.yaml"\n')

    def parsed(file):
        done = subprocess.run(["/usr/bin/python3", "-c", PARSE, tmp_path, file], cwd=tmp_path,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        assert done.returncode == 0, done.stdout.decode()
        return done.stdout.decode()

    ours = parsed(RECIPE)
    assert f"EXTERNALSRC = {TOP}\n" in ours and "dtc jansson libyaml nettle zlib" in ours, ours
    user = parsed(tmp_path / "a-system.bb")
    assert "xendtc-native" in user and "xendtc build -q --stage " in user, user
