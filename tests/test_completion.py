# SPDX-License-Identifier: BSD-2-Clause
"""What the TAB key does, in bash, zsh and fish themselves; and what they ask xendtc for."""

import os
import pty
import re
import select
import shutil
import subprocess

import pytest

from conftest import BESIDE, BINARY, SEVERITY, TOP, environment, run_xendtc

COMPLETIONS = TOP / "completions"


# What xendtc says to the shells.

def said(*words):
    done = run_xendtc("complete", "--", *words)
    assert done.returncode == 0 and not done.stderr
    return [line.split("\t")[0] for line in done.stdout.decode().splitlines()]


WARNINGS = [code for code, severity in SEVERITY.items() if severity == "WARNING"]
FORMS = ["text", "short", "json", "sarif", "github", "gitlab", "junit"]


@pytest.mark.parametrize("words, wanted", [
    (["check", ""], [":files yaml yml"]),
    (["check", "a.yaml", ""], [":files yaml yml"]),
    (["build", "a.yaml", ""], []), (["a.yaml", ""], []), (["boards", ""], []),
    (["import", "a.dtb", ""], [":files"]), (["import", "a.dtb", "b", ""], []),
    (["--format", ""], FORMS), (["check", "--format=j"], [f"--format={f}" for f in FORMS]),
    (["check", "--format", "json", ""], [":files yaml yml"]),
    (["-o", ""], [":folders"]), (["-vo", ""], [":folders"]), (["-vo"], [":folders"]),
    (["-oout", "check", ""], [":files yaml yml"]), (["--output=x", "check", ""], [":files yaml yml"]),
    (["--dtb", ""], [":files"]), (["--memory", ""], []), (["--color", "a"], ["auto", "always", "never"]),
    (["check", "-W", ""], ["error", *(p + w for w in WARNINGS for p in ("", "no-", "error="))]),
    (["--unchecked", ""], [c for c, s in SEVERITY.items() if s != "FATAL"]),
    (["check", "--", "--format", ""], [":files yaml yml"]),
])
def test_words(words, wanted):
    assert said(*words) == wanted


def test_verbs_and_files_come_first():
    got = said("")
    assert {"build", "check", "map", "help"} < set(got) and got[-1] == ":files yaml yml"
    assert "complete" not in got
    assert said() == got


def test_codes_and_keys_can_be_explained():
    got = said("explain", "E")
    assert got[:len(SEVERITY)] == list(SEVERITY)
    assert {"vpl011", "static-memory", "board"} <= set(got) and len(got) == len(set(got))


def test_options_of_the_verb():
    assert "--svg" in said("map", "-") and "--svg" not in said("check", "-")
    assert {"--output", "--no-files", "-W"} <= set(said("check", "--n"))


def test_boards():
    assert {"qemu-arm64", "rpi4"} <= set(said("import", "--board", ""))


def test_every_schema_is_there():
    for name in said("schema", ""):
        assert run_xendtc("schema", name).returncode == 0


def test_help_is_silent_about_it():
    assert b"complete" not in run_xendtc("help").stdout


# In the shells.

@pytest.fixture
def place(tmp_path):
    """A folder with files to complete, and a command xendtc in bin/."""
    folder = tmp_path / "place"
    (folder / "bin").mkdir(parents=True)
    (folder / "folder with spaces").mkdir()
    for name in ("system.yaml", "system.txt", "lab.yml"):
        (folder / name).touch()
    more = "" if BESIDE else f"set -- --board-path '{TOP}/boards' \"$@\"\n"
    (folder / "bin" / "xendtc").write_text(f"#!/bin/sh\n{more}exec '{BINARY}' \"$@\"\n")
    (folder / "bin" / "xendtc").chmod(0o755)
    return folder


def shell(name):
    return shutil.which(name) or pytest.skip(f"no {name} here: tools/setup.sh test installs it")


def settings(place):
    return environment(HOME=str(place), PATH=f"{place}/bin:{os.environ['PATH']}", TERM="dumb",
                       HISTFILE="/dev/null", PS1="$ ", INPUTRC="/dev/null")


def typed(place, argv, lines):
    """What a shell on a terminal prints when these lines are typed, until it ends."""
    master, slave = pty.openpty()
    process = subprocess.Popen(argv, cwd=place, env=settings(place), stdin=slave, stdout=slave,
                               stderr=slave, start_new_session=True)
    os.write(master, b"".join(line.encode() + b"\r" for line in lines))
    text = b""
    # The slave stays open here: a terminal that nobody has open any more may lose its last lines.
    while True:
        ended = process.poll() is not None
        if select.select([master], [], [], 0.2)[0]:
            try:
                text += os.read(master, 4096)
            except OSError:     # a shell that had the terminal for itself has hung up
                break
        elif ended:
            break
    os.close(slave)
    os.close(master)
    return text.decode(errors="replace")


# Ctrl-A goes to the beginning of the line, where the command that prints it is put.
SHOW = "\x01print-it '\x05'"


def last_line(text):
    found = re.findall(r"<<(.*?)>>", text)
    assert found, text
    return found[-1]


def in_bash(place, line):
    return last_line(typed(place, [shell("bash"), "--norc", "--noprofile", "-i"], [
        "bind 'set enable-bracketed-paste off'; bind 'set bell-style none'",
        f"source {COMPLETIONS}/xendtc.bash", "print-it() { printf '<%s>\\n' \"<$1>\"; }",
        line + SHOW, "exit"]))


def in_zsh(place, line):
    return last_line(typed(place, [shell("zsh"), "-f", "-i"], [
        "unsetopt prompt_sp beep auto_remove_slash; unset zle_bracketed_paste",
        f"fpath=({COMPLETIONS} $fpath); autoload -Uz compinit; compinit -u -D",
        "print-it() { printf '<%s>\\n' \"<$1>\" }",
        line + SHOW, "exit"]))


IN_A_LINE = {"bash": in_bash, "zsh": in_zsh}


@pytest.mark.parametrize("name", IN_A_LINE)
@pytest.mark.parametrize("line, wanted", [
    ("xendtc chec\t", "xendtc check "),
    ("xendtc check sys\t", "xendtc check system.yaml "),
    ("xendtc check --no-f\t", "xendtc check --no-files "),
    ("xendtc check --format j\x08sar\t", "xendtc check --format sarif "),
    ("xendtc check --format=sar\t", "xendtc check --format=sarif "),
    ("xendtc import --board rp\t", "xendtc import --board rpi4 "),
    ("xendtc explain E010\t3", "xendtc explain E0103"),
    ("xendtc -o fold\t", "xendtc -o folder\\ with\\ spaces/"),
    ("xendtc --output=fold\t", "xendtc --output=folder\\ with\\ spaces/"),
    ("xendtc --dtb system.t\t", "xendtc --dtb system.txt "),
    ("bin/xendtc map --sv\t", "bin/xendtc map --svg "),
    ("~/bin/xendtc map --sv\t", "~/bin/xendtc map --svg "),
])
def test_tab(name, line, wanted, place):
    # zsh takes back the space that it put behind the word when the line ends.
    assert IN_A_LINE[name](place, line).rstrip() == wanted.rstrip()


def in_fish(place, line):
    done = subprocess.run(
        [shell("fish"), "--no-config", "--private", "-c",
         f"set -p fish_complete_path {COMPLETIONS}; complete -C $argv[1]", line],
        cwd=place, env=settings(place), stdout=subprocess.PIPE, check=True)
    return [each.split("\t")[0] for each in done.stdout.decode().splitlines()]


@pytest.mark.parametrize("line, wanted", [
    ("xendtc chec", ["check"]),
    ("xendtc check sys", ["system.yaml"]),
    ("xendtc check ", ["lab.yml", "system.yaml"]),
    ("xendtc check --no-f", ["--no-files"]),
    ("xendtc check --format sar", ["sarif"]),
    ("xendtc check --format=sar", ["--format=sarif"]),
    ("xendtc import --board rp", ["rpi4"]),
    ("xendtc explain E0103", ["E0103"]),
    ("xendtc -o fold", ["folder with spaces/"]),
    ("xendtc --output=fold", ["--output=folder with spaces/"]),
    ("xendtc --dtb system.t", ["system.txt"]),
    ("bin/xendtc map --sv", ["--svg"]),
    ("~/bin/xendtc map --sv", ["--svg"]),
])
def test_fish(line, wanted, place):
    got = in_fish(place, line)
    assert [g for g in got if g not in ("bin/", "folder with spaces/")] == \
        [w for w in wanted if w != "folder with spaces/"]
    assert set(wanted) <= set(got)
