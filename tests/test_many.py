# SPDX-License-Identifier: BSD-2-Clause
"""Many files in one run: no more memory than a few, each shared file read once, and what is
found out about one does not depend on those before it."""

import subprocess

import pytest

import test_cases
import test_errors
from conftest import BESIDE, BINARY, GOOD, TOP, environment, run_xendtc
from test_command_line import SANITIZED, WARNED

FEW, MANY = 10, 1000


def usage(folder, files, count, *options):
    """Of a run over so many files, while it waits for the last one: VmHWM in KiB, and rchar,
    the bytes that it has read (proc(5))."""
    words = [BINARY, "check", "--files", files, *options]
    if not BESIDE:
        words += ["--board-path", TOP / "boards"]
    words += [f"{i}.yaml" for i in range(count)] + ["warned.yaml", "-"]
    with subprocess.Popen(words, cwd=folder, env=environment(), stdin=subprocess.PIPE,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as run:
        for line in run.stderr:     # each file's findings are printed before the next is read
            if b"warned.yaml" in line:
                break
        status = open(f"/proc/{run.pid}/status").read()
        io = open(f"/proc/{run.pid}/io").read()
        run.communicate(GOOD.encode())
        assert run.returncode == 0

    def number(text, key):
        return next(int(ln.split()[1]) for ln in text.splitlines() if ln.startswith(key + ":"))
    return number(status, "VmHWM"), number(io, "rchar")


@pytest.fixture
def fleet(tmp_path):
    """A folder with as many descriptions as there can be, no two of them alike."""
    for i in range(MANY):
        (tmp_path / f"{i}.yaml").write_text(GOOD.replace("512M", f"{256 + i}M"))
    (tmp_path / "warned.yaml").write_text(WARNED)
    return tmp_path


@pytest.mark.skipif(SANITIZED, reason="sanitizers keep what is freed")
def test_memory_and_reading(fleet, fixtures):
    few, few_read = usage(fleet, fixtures, FEW)
    many, many_read = usage(fleet, fixtures, MANY)
    assert many <= 2 * few, f"{MANY} files take {many} KiB, {FEW} take {few} KiB"
    more = sum((fleet / f"{i}.yaml").stat().st_size for i in range(FEW, MANY))
    assert more <= many_read - few_read <= more + 65536, "shared files are read once a run"


def plain(name):
    """Whether an error case is what `check` says of its file, with the common files."""
    case = test_errors.Case(name)
    return (case.path.suffix == ".yaml" and
            not any(case.all(key) for key in ("run", "tree", "partial")))


def test_errors_in_one_run(fixtures):
    """All error cases at once: each says what it says alone."""
    names = [name for name in test_errors.CASES if plain(name)]
    done = run_xendtc("check", "--files", fixtures, *(f"{n}.yaml" for n in names),
                      cwd=test_errors.ERRORS)
    wanted = b"".join((test_errors.ERRORS / f"{n}.err").read_bytes() for n in names)
    assert len(names) > 300
    assert test_errors.stable(done.stderr, fixtures, fixtures / "out").splitlines() == \
        wanted.splitlines()


def shared_options():
    """The good cases, by the options that they want."""
    groups = {}
    for case in test_cases.CASES:
        groups.setdefault(tuple(test_cases.options_of(case, "{files}")), []).append(case)
    return groups


@pytest.mark.parametrize("options", sorted(shared_options()), ids=lambda o: " ".join(o) or "none")
def test_cases_in_one_run(options, fixtures):
    """The good cases with the same options: forwards, backwards and each alone are the same."""
    cases = [str(case / "system.yaml") for case in shared_options()[options]]

    def said(*files):
        words = [w.replace("{files}", str(fixtures)) for w in options]
        done = run_xendtc("check", "--files", fixtures, *words, *files)
        assert done.returncode == 0, done.stderr.decode()
        return done.stderr

    alone = [said(case) for case in cases]
    assert said(*cases) == b"".join(alone)
    assert said(*reversed(cases), *cases) == b"".join(alone[::-1] + alone)


def test_same_file_again(fixtures, tmp_path):
    """A, B, A: A is the same both times."""
    (tmp_path / "a.yaml").write_text(WARNED)
    (tmp_path / "b.yaml").write_text(GOOD.replace("memory: 4G", "memory: 8G", 1).replace(
        "serial1", "serial0"))
    once, other, again = (
        run_xendtc("check", "--files", fixtures, *names, cwd=tmp_path).stderr
        for names in (["a.yaml"], ["b.yaml"], ["a.yaml", "b.yaml", "a.yaml"]))
    assert once and again == once + other + once


def test_bad_board_is_bad_for_all(fixtures, tmp_path):
    """What is found in a board.yaml is reported for each description that names it."""
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "board.yaml").write_text("name: bad\ntitle: Bad\ncpus: 4\n")
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text(GOOD.replace("rpi4", "./bad/board.yaml", 1))
    alone = run_xendtc("check", "--files", fixtures, "a.yaml", cwd=tmp_path)
    both = run_xendtc("check", "--files", fixtures, "a.yaml", "b.yaml", cwd=tmp_path)
    assert alone.returncode == both.returncode == 1 and b"E0202" in alone.stderr
    assert both.stderr == 2 * alone.stderr
