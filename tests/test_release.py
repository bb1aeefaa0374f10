# SPDX-License-Identifier: BSD-2-Clause
"""Which xendtc this is, in the program, in archives and clones; man pages; what is installed."""

import os
import re
import shutil
import subprocess
from email.utils import parsedate_to_datetime

import pytest

from conftest import BINARY, TOP, complain, environment, run_xendtc, short

VERSION = (TOP / "VERSION").read_text().strip()
MAN = TOP / "docs" / "xendtc.1.scd"
GIT = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@t",
       "GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@t"}


# Versions.

@pytest.fixture
def source(tmp_path):
    """A folder with what tells the version."""
    folder = tmp_path / "source"
    (folder / "tools").mkdir(parents=True)
    for name in ("VERSION", "tools/version.sh", ".gitattributes"):
        shutil.copy(TOP / name, folder / name)
    return folder


def git(folder, *words):
    return subprocess.run(["git", *words], cwd=folder, env=environment(**GIT), check=True,
                          stdout=subprocess.PIPE).stdout


def commit(folder, message="m"):
    git(folder, "add", ".")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "--short", "HEAD").decode().strip()


def said(folder, *words):
    return subprocess.run([folder / "tools" / "version.sh", *words], cwd="/", env=environment(**GIT),
                          check=True, stdout=subprocess.PIPE).stdout.decode()


def test_version_of_a_folder(source):
    assert said(source) == VERSION
    assert said(source, "1.2-3") == "1.2-3"


def test_version_of_a_folder_in_another_repository(source):
    git(source.parent, "init", "-q")
    commit(source.parent)
    git(source.parent, "tag", "v9.9")
    assert said(source) == VERSION


def test_version_of_a_repository(source, tmp_path):
    git(source, "init", "-q")
    first = commit(source)
    assert said(source) == f"{VERSION}-g{first}"
    git(source, "tag", "v7.8.9")
    git(source, "tag", "other")
    assert said(source) == "7.8.9"
    second = commit(source)
    assert said(source) == f"7.8.9-1-g{second}"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{source}", "shallow")
    assert said(tmp_path / "shallow") == f"{VERSION}-g{second}"


@pytest.mark.parametrize("tags, wanted", [
    (["v7.8.9"], "7.8.9"), ([], VERSION), (["other"], VERSION)])
def test_version_of_an_archive(tags, wanted, source, tmp_path):
    git(source, "init", "-q")
    commit(source)
    for tag in tags:
        git(source, "tag", tag)
    archive = git(source, "archive", "--prefix=archive/", "HEAD")
    subprocess.run(["tar", "-x", "-C", tmp_path], input=archive, check=True)
    assert said(tmp_path / "archive") == wanted


def test_program_says_the_version():
    done = run_xendtc("--version")
    assert re.fullmatch(rb"xendtc \d+\.\d+\.\d+\S*\n", done.stdout)


def test_release_is_the_same_everywhere():
    newest, day = re.search(r"^## (\S+) \((\d{4}-\d\d-\d\d)\)$", (TOP / "CHANGELOG.md").read_text(), re.M).groups()
    assert newest == VERSION, "the first heading of CHANGELOG.md is the release in VERSION"
    debian = (TOP / "debian" / "changelog").read_text()
    assert debian.startswith(f"xendtc ({VERSION}) "), "debian/changelog begins with the release"
    dated = parsedate_to_datetime(re.search(r"^ -- .*>  (.*)$", debian, re.M)[1])
    assert f"{dated:%Y-%m-%d}" == day, "debian/changelog and CHANGELOG.md name the same day"
    assert re.search(r"^ -- .*>  (.*)$", debian, re.M)[1].startswith(f"{dated:%a}, "), "debian/changelog has the day's name"
    rev = re.search(r"rev: v(\S+)", (TOP / "README.md").read_text())[1]
    assert rev == VERSION, "README.md names the tag of the release in VERSION"


# Man pages.

def rows(file, expression):
    return re.findall(expression, (TOP / "compiler" / file).read_text(), re.M)


def test_man_page_has_each_verb_and_option():
    text = MAN.read_text()
    verbs = [name for name, doc in rows("verbs.c", r'^\t\{ "(\w+)", "[^"]*",\s*(\S)') if doc == '"']
    options = rows("option_rows.c", r'^\t\{ "([\w-]+)", ')
    assert "map" in verbs and "stage" in options
    complain(f"{short(MAN)}: no line about the verb {name}"
             for name in verbs if not re.search(rf"^\*xendtc\*? \[?\*?{name}\b", text, re.M))
    complain(f"{short(MAN)}: no line about the option --{name}"
             for name in options if not re.search(rf"\*--{name}\*", text))


@pytest.mark.skipif(not shutil.which("scdoc"), reason="no scdoc here")
@pytest.mark.parametrize("page", ["xendtc.1", "xendtc.yaml.5", "xendtc-board.5"])
def test_man_page_is_scdoc(page):
    """And roff, as man understands it: without a word about it."""
    scd = (TOP / "docs" / f"{page}.scd").read_bytes()
    roff = subprocess.run(["scdoc"], input=scd, stdout=subprocess.PIPE, check=True).stdout
    assert b"\n.SH SEE ALSO" in roff
    if shutil.which("man"):
        done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", "-"],
                              input=roff, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=environment(MANWIDTH="80", MANROFFSEQ=""), check=True)
        assert done.stderr == b""


# A program that is alone.

def test_boards_are_inside(tmp_path):
    alone = tmp_path / "bin" / "xendtc"
    alone.parent.mkdir()
    shutil.copy(BINARY, alone)

    def run(*words):
        return subprocess.run([alone, *words], cwd=tmp_path, env=environment(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)

    names = sorted(p.parent.name for p in (TOP / "boards").glob("*/board.yaml"))
    done = run("boards")
    assert [line.split()[0] for line in done.stdout.decode().splitlines()] == names
    for name in names:
        example = next((TOP / "boards" / name / "examples").glob("*.yaml"))
        words = ["map", "--json", "--no-files", example]
        inside, outside = run(*words), run("--board-path", TOP / "boards", *words)
        assert inside.returncode == 0
        assert inside.stdout.replace(b"<xendtc>/boards", bytes(TOP / "boards")) == outside.stdout
    (tmp_path / "system.yaml").write_text("board: rpi4\nmemory: 3G\nxen: {image: x}\n")
    done = run("check", "--no-files", "system.yaml")
    assert done.returncode == 1 and b"E0306" in done.stderr


def test_depfile_names_files_only(tmp_path, fixtures):
    alone = tmp_path / "xendtc"
    shutil.copy(BINARY, alone)
    shutil.copy(TOP / "tests/cases/rpi4-tftp/system.yaml", tmp_path)
    done = subprocess.run([alone, "--files", fixtures, "--depfile", "d", "system.yaml"], cwd=tmp_path,
                          env=environment(), stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0, done.stderr.decode()
    text = (tmp_path / "d").read_text()
    assert "system.yaml" in text and "board.yaml" not in text


# Installed.

INSTALLED = """
bin/xendtc
share/bash-completion/completions/xendtc
share/doc/xendtc/CHANGELOG.md
share/doc/xendtc/LICENSE
share/doc/xendtc/README.md
share/doc/xendtc/boards/rpi4/README.md
share/doc/xendtc/docs/keys.md
share/fish/vendor_completions.d/xendtc.fish
share/xendtc/boards/rpi4/board.yaml
share/xendtc/boards/rpi4/examples/dom0-and-guest.yaml
share/xendtc/schemas/board.schema.json
share/xendtc/schemas/system.schema.json
share/zsh/site-functions/_xendtc
""".split()


def test_meson_install(tmp_path):
    if not (BINARY.parent / "meson-info").is_dir():
        pytest.skip(f"{BINARY} is in no build folder")
    subprocess.run(["meson", "install", "--no-rebuild", "--quiet", "-C", BINARY.parent,
                    "--destdir", tmp_path], check=True, stdout=subprocess.PIPE)
    root = tmp_path / "usr" / "local"
    there = {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()}
    complain(f"not installed: {name}" for name in INSTALLED if name not in there)
    complain(f"installed, but a source of something else: {name}"
             for name in there if name.endswith(".scd"))
    if "scdoc" in (BINARY.parent / "build.ninja").read_text():
        pages = {f"share/man/man{p[-1]}/{p}" for p in ("xendtc.1", "xendtc.yaml.5", "xendtc-board.5")}
        assert pages <= there
    assert os.access(root / "bin" / "xendtc", os.X_OK)
