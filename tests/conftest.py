# SPDX-License-Identifier: BSD-2-Clause
"""What all quick tests use: the compiler, the files it is fed with, and a plain last line."""

import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TOP = HERE.parent
sys.path.insert(0, str(HERE / "fixtures"))

import make  # noqa: E402

BINARY = Path(os.environ.get("XENDTC", TOP / "build" / "xendtc")).absolute()

# A binary outside of the source tree does not find the boards by itself.
BESIDE = (BINARY.parent.parent / "boards").is_dir()
BOARDS = (BINARY.parent.parent if BESIDE else TOP) / "boards"

# All findings, in the order of their rows: code -> FATAL, ERROR or WARNING.
DIAG_DEF = TOP / "compiler" / "diag" / "diag.def"
FINDINGS = re.findall(r"^DIAG\((\w+), (\w+),", DIAG_DEF.read_text(), re.M)
SEVERITY = dict(FINDINGS)

# A system without findings; its files are fixtures.
GOOD = """\
board: rpi4
memory: 4G
device-tree: bcm2711-rpi-4-b.dtb
xen: {image: xen, cmdline: console=dtuart dtuart=serial1}
dom0: {kernel: Image, ramdisk: initrd.cpio, memory: 512M, cmdline: console=hvc0}
"""

# What a sanitizer's report makes of the exit code: none of ours.
CRASH = 99


def environment(**more):
    """The same for everybody: no colours, no clock, no foreign language."""
    env = {k: v for k, v in os.environ.items()
           if k not in ("COLUMNS", "GITHUB_ACTIONS", "NO_COLOR", "SOURCE_DATE_EPOCH", "XENDTC")}
    env.update(LC_ALL="C.UTF-8", ASAN_OPTIONS=f"exitcode={CRASH}:detect_leaks=1",
               UBSAN_OPTIONS=f"halt_on_error=1:exitcode={CRASH}:print_stacktrace=1")
    env.update({k: v for k, v in more.items() if v is not None})
    return env


CLOSING = re.compile(rb"^(?:All checks passed\.|\d+ (?:error|warning)s?\b.* in \d+ files?; "
                     rb"(?:xendtc check --fix mends \d+; )?xendtc explain \w+ says more)\n\Z", re.M)


def run_xendtc(*args, cwd=None, env=None, stdin=b""):
    """The finished process, with bytes in stdout, stderr and closing, which is the line that
    sums up what stderr says before it. Boards are always found."""
    args = [str(a) for a in args]
    if not BESIDE:
        args = ["--board-path", str(TOP / "boards"), *args]
    done = subprocess.run([str(BINARY), *args], cwd=cwd or HERE, env=environment(**(env or {})),
                          input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=60, check=False)
    assert 0 <= done.returncode <= 3, (
        f"exit {done.returncode} of {' '.join(args)}\n{done.stderr.decode(errors='replace')}")
    closing = CLOSING.search(done.stderr)
    done.closing = closing.group() if closing else b""
    done.stderr = done.stderr[:closing.start()] if closing else done.stderr
    return done


def pytest_addoption(parser):
    parser.addoption("--bless", action="store_true",
                     help="write what the compiler says over what the tests expect")


def pytest_ignore_collect(collection_path, config):
    """Boots take hours: only who names their folder, or a file in it, has them."""
    boots = HERE / "boot"
    named = (Path(config.invocation_params.dir, arg.split("::")[0]).resolve()
             for arg in config.args)
    asked = any(path == boots or boots in path.parents for path in named)
    return True if collection_path == boots and not asked else None


def pytest_collection_modifyitems(items, config):
    """With --bless only what writes files. The quick ones first: who waits for a boot has seen
    all the others."""
    if config.getoption("--bless"):
        items[:] = [item for item in items if "golden" in item.fixturenames]
    items.sort(key=lambda item: item.get_closest_marker("boot") is not None)


def count(reporter, *outcomes):
    return sum(len(reporter.stats.get(o, ())) for o in outcomes)


def summary(reporter):
    skipped = count(reporter, "skipped")
    line = (f"{count(reporter, 'passed')} passed, "
            f"{count(reporter, 'failed', 'error')} failed")
    return line + (f", {skipped} skipped" if skipped else "")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """Nothing run is nothing shown."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    """The plain last line, after everything that pytest itself prints."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter and not config.option.collectonly:
        print(summary(reporter), flush=True)


@pytest.fixture(scope="session", autouse=True)
def binary():
    if not BINARY.exists():
        pytest.fail(f"{BINARY} is not there: build it, or name it in XENDTC", pytrace=False)
    return BINARY


@pytest.fixture(scope="session")
def fixtures(tmp_path_factory):
    """The folder with all module files."""
    folder = tmp_path_factory.mktemp("fixtures")
    make.make(folder)
    return folder


@pytest.fixture
def own_fixtures(fixtures, tmp_path):
    """The same files in a folder where a test may replace and add some."""
    folder = tmp_path / "files"
    folder.mkdir()
    for path in fixtures.iterdir():
        (folder / path.name).symlink_to(path)
    return folder


@pytest.fixture
def xendtc():
    return run_xendtc


def complain(lines):
    """Fails with the lines, if there are any: each says what is wrong, and what to do where."""
    lines = list(lines)
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def short(path):
    """As it is called from the top of the repository."""
    return os.path.relpath(path, TOP)


def difference(path, got, most=30):
    """What changed in a file, as a unified diff of so many lines; none if nothing did."""
    wanted = path.read_bytes() if path.exists() else b""
    if got == wanted and path.exists():
        return []
    lines = [line.rstrip("\n") for line in difflib.unified_diff(
        *(text.decode(errors="replace").splitlines(keepends=True) for text in (wanted, got)),
        short(path), "what xendtc says", n=1)]
    if len(lines) > most:
        lines[most:] = [f"... and {len(lines) - most} lines more"]
    return lines or [f"{short(path)} is not there" if not path.exists() else
                     f"{short(path)}: other bytes, but the same text"]


class Golden:
    """Holds what the compiler says against committed files, or writes it there for --bless."""

    def __init__(self, blessing, name):
        self.blessing = blessing
        self.name = name        # of the case, for -k

    def __call__(self, path, got):
        self.all({path: got})

    def folder(self, folder, found):
        """name -> text: these files, and no other, stand in the folder."""
        left = {p for p in folder.glob("*") if p.name not in found}
        if self.blessing:
            for path in left:
                path.unlink()
        self.all({folder / name: text for name, text in sorted(found.items())},
                 [f"{short(path)}: xendtc writes no such file" for path in sorted(left)])

    def all(self, texts, lines=()):
        if self.blessing:
            for path, text in texts.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text)
            return
        lines = [*lines, *(line for path, text in texts.items() for line in difference(path, text))]
        complain([*lines, f"To accept it: tests/bless.sh -k {self.name}"] if lines else [])


@pytest.fixture
def golden(request):
    """golden(path, text): the text is that of the file."""
    inside = re.search(r"\[(.*)\]$", request.node.name)
    name = inside[1] if inside else request.function.__name__
    return Golden(request.config.getoption("--bless"), name)
