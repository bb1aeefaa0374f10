# SPDX-License-Identifier: BSD-2-Clause
"""What holds of the whole: every finding has a case, every key a meaning, every printed page
its committed copy, every output a reader that is not us."""

import json
import re
import subprocess
import sys

import jsonschema
import pytest
import yaml

import make
import test_cases
import test_errors
from conftest import DIAG_DEF, FINDINGS, HERE, SEVERITY, TOP, complain, run_xendtc, short

sys.path.append(str(HERE / "boot"))
from draw import drawn_systems  # noqa: E402

CODES = [code for code, _ in FINDINGS]
BOARDS = sorted(p.parent for p in (TOP / "boards").glob("*/board.yaml"))
EXAMPLES = sorted((TOP / "boards").glob("*/examples/*.yaml"))
CASES = test_cases.CASES

# Committed copies of what the compiler prints.
PRINTED = {
    "schemas/system.schema.json": ["schema", "system"],
    "schemas/board.schema.json": ["schema", "board"],
    "docs/keys.md": ["schema", "system-keys"],
    "docs/board-keys.md": ["schema", "board-keys"],
    "docs/xen-parameters.md": ["schema", "xen-parameters"],
    "docs/imagebuilder.md": ["schema", "imagebuilder"],
    "docs/passthrough.md": ["schema", "device-rules"],
    "docs/xendtc.yaml.5.scd": ["schema", "system-man"],
    "docs/xendtc-board.5.scd": ["schema", "board-man"],
}


# Codes.

@pytest.mark.parametrize("code", CODES)
def test_code_has_a_case(code):
    cases = [name for name in test_errors.CASES if test_errors.code_of(name) == code]
    if not cases and code not in test_errors.ELSEWHERE:
        complain([f"{code} has no case: write tests/errors/{code}-SLUG.yaml, "
                  f"then tests/bless.sh -k {code}"])


@pytest.mark.parametrize("code", CODES)
def test_code_is_explained(code):
    done = run_xendtc("explain", code)
    assert done.returncode == 0
    heading, rest = done.stdout.decode().split("\n\n", 1)
    kind = "warning" if SEVERITY[code] == "WARNING" else "error"
    if not re.fullmatch(rf"{code} \({kind}\): \S.*", heading) or len(rest.split()) < 5:
        complain([f"{short(DIAG_DEF)}: {code} wants a title, and an explanation of some words"])


# Findings of which nothing can be said but that they are there: code, and why.
NOTHING_TO_TYPE = {}


def recorded_findings():
    """(name of the .err file, code, the lines of one finding), of all error cases."""
    for path in sorted(test_errors.ERRORS.glob("*.err")):
        text = path.read_text(errors="replace")
        for part in re.split(r"^(?=\S.*?: (?:error|warning)\[)", text, flags=re.M):
            found = re.search(r": (?:error|warning)\[(\w+)\]: ", part)
            if found:
                yield path.name, found[1], part


def test_finding_says_what_to_type():
    """Each has a help line, from its check or from ways.def."""
    found = list(recorded_findings())
    assert {code for _, code, _ in found} > set(NOTHING_TO_TYPE)
    complain(f"tests/errors/{name}: {code} says what is wrong and not what to type: diag_help() "
             "where it is found, or a line of compiler/diag/ways.def"
             for name, code, text in found
             if "      = help: " not in text and code not in NOTHING_TO_TYPE)


def test_letter_is_the_severity():
    complain(f"{short(DIAG_DEF)}: {code} is {severity}" for code, severity in FINDINGS
             if (code[0] == "W") != (severity == "WARNING"))


def test_numbers_are_unique_and_go_up():
    complain(f"{short(DIAG_DEF)}: {code} stands behind {before}: move its row to where its number "
             "belongs, or choose a free number"
             for before, code in zip(CODES, CODES[1:]) if code[1:] <= before[1:])


def test_cases_have_codes():
    complain(f"{short(path)}: {short(DIAG_DEF)} has no row {test_errors.code_of(name)}"
             for name, path in test_errors.PATHS.items()
             if test_errors.code_of(name) not in SEVERITY)


# The text of the code.

SOURCES = sorted(p for top in ("boards", "compiler", "tests", "tools") for p in (TOP / top).rglob("*")
                 if p.suffix in (".c", ".h", ".def", ".py", ".sh") or p.name == "board.yaml")
WIDEST = 100            # columns, with tabs of 8; 90 are the aim


def faults(path, number, line):
    """Of a line of C. A row of a table, or a message, is as wide as it is."""
    if line.rstrip() != line:
        yield f"{short(path)}:{number}: ends with white space"
    if line.startswith(" " * 8):
        yield f"{short(path)}:{number}: begins with spaces: indent with tabs"
    if len(line.expandtabs()) > WIDEST and '"' not in line:
        yield f"{short(path)}:{number}: wider than {WIDEST} columns"


def test_lines():
    complain(fault for path in SOURCES if path.suffix in (".c", ".h", ".def")
             for number, line in enumerate(path.read_text().splitlines(), 1)
             for fault in faults(path, number, line))


def test_licence_is_named():
    complain(f"{short(path)}: wants a first line with SPDX-License-Identifier: BSD-2-Clause"
             for path in SOURCES
             if not any("SPDX-License-Identifier: BSD-2-Clause" in line
                        for line in path.read_text().splitlines()[:2]))


# Printed pages.

@pytest.mark.parametrize("path", PRINTED)
def test_committed_copy(path, golden):
    done = run_xendtc(*PRINTED[path])
    assert done.returncode == 0 and done.stdout
    golden(TOP / path, done.stdout)


def printed_rows(page):
    """The table rows of a key page: key, value, preset, property, example, meaning."""
    lines = run_xendtc("schema", page).stdout.decode().splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")]
            for line in lines if line.startswith("| `")]


@pytest.mark.parametrize("page", ["system-keys", "board-keys"])
def test_row_has_a_meaning(page):
    complain(f"compiler/rows: .doc of the row {r[0]} wants a sentence that ends with a full stop "
             "and has no '|'" for r in printed_rows(page)
             if len(r) != 6 or not re.match(r"[A-Z`].*\.$", r[5]))


# Keys in cases.

class Core(yaml.SafeLoader):
    """YAML 1.2's idea of numbers and truth, which is that of editors."""


Core.yaml_implicit_resolvers = {}
for tag, expression, first in (
        ("bool", "true|false", "tf"), ("null", "~|null|", "~n"),
        ("int", "[-+]?[0-9]+|0x[0-9a-fA-F]+", "-+0123456789"),
        ("float", r"[-+]?[0-9]+\.[0-9]*", "-+0123456789"), ("merge", "<<", "<")):
    for letter in [*first, *([""] if tag == "null" else [])]:
        Core.yaml_implicit_resolvers.setdefault(letter, []).append(
            (f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{expression})$")))


def construct_int(loader, node):
    text = loader.construct_scalar(node)
    return int(text, 16 if text.startswith("0x") else 10)


Core.add_constructor("tag:yaml.org,2002:int", construct_int)


def described(path):
    with open(path, "rb") as f:
        return yaml.load(f, Core)


def laid_over(base, over):
    """What `extends` makes of two descriptions: maps are merged, null takes a key out."""
    if not (isinstance(base, dict) and isinstance(over, dict)):
        return over
    both = {key: laid_over(base.get(key), value) for key, value in over.items()}
    return {key: value for key, value in {**base, **both}.items() if value is not None}


def whole(path):
    """A description with that of the base that it extends."""
    over = described(path)
    base = over.pop("extends", None)
    return laid_over(whole(path.parent / base), over) if base else over


def whole_schema(schema):
    """Without the half for descriptions that extend another one."""
    return schema.get("else", schema)


def followed(part, defs):
    """The schema with each reference followed."""
    if isinstance(part, list):
        return [followed(each, defs) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return followed({**defs[part["$ref"].removeprefix("#/$defs/")],
                         **{k: v for k, v in part.items() if k != "$ref"}}, defs)
    return {key: followed(each, defs) for key, each in part.items() if key != "$defs"}


def row(part, key):
    """A row of the schema, by its neighbours: records that stand in many places have one."""
    return f"{key} (beside {', '.join(sorted(part['properties']))})"


def used_rows(schema, value):
    """The rows of the schema that a description uses."""
    schema = whole_schema(schema)
    for part in schema.get("oneOf", [schema]):
        if isinstance(value, dict):
            for key, each in value.items():
                if key in part.get("properties", {}):
                    yield row(part, key)
                    yield from used_rows(part["properties"][key], each)
                elif isinstance(part.get("additionalProperties"), dict):
                    yield from used_rows(part["additionalProperties"], each)
        elif isinstance(value, list) and "items" in part:
            for each in value:
                yield from used_rows(part["items"], each)


def all_rows(schema, at=""):
    """Row -> a place where it can stand, such as `guests.NAME.kernel.file`."""
    found, schema = {}, whole_schema(schema)
    for part in schema.get("oneOf", [schema]):
        for key, sub in part.get("properties", {}).items():
            found = {row(part, key): at + key, **all_rows(sub, f"{at}{key}."), **found}
        for deeper, name in (("additionalProperties", "NAME."), ("items", "")):
            if isinstance(part.get(deeper), dict):
                found = {**all_rows(part[deeper], at + name), **found}
    return found


@pytest.fixture(scope="session")
def schemas():
    return {what: json.loads(run_xendtc("schema", what).stdout)
            for what in ("system", "board")}


@pytest.mark.parametrize("what, paths", [
    ("system", [c / "system.yaml" for c in CASES]),
    ("board", [b / "board.yaml" for b in BOARDS] + [HERE / "boards/third/board.yaml"])])
def test_key_has_a_case(schemas, what, paths):
    rows = followed(schemas[what], schemas[what]["$defs"])
    used = {r for p in paths for r in used_rows(rows, described(p))}
    where = {"system": "a tests/cases/NAME/system.yaml, then tests/bless.sh -k NAME",
             "board": "tests/boards/third/board.yaml"}[what]
    complain(f"no case has the key {place}: give it in {where}"
             for r, place in all_rows(rows).items() if r not in used)


# Keys in systems that boot.

# Parts of a description that are about the board, U-Boot and media, not about Xen and its domains.
NOT_XENS = ("extends", "board", "memory", "device-tree", "boot", "card", "guest-folder")

UNBOOTED = HERE / "boot" / "unbooted.yaml"


def test_key_is_booted(schemas):
    """Some good system has it that real Xen boots (tests/boot/test_good.py, test_boot.py)."""
    good = [yaml.load(text, Core) for text in drawn_systems()]
    good += [described(p) for folder in ("good", "systems")
             for p in sorted((HERE / "boot" / folder).glob("*.yaml"))]
    rows = followed(schemas["system"], schemas["system"]["$defs"])
    used = {r for system in good for r in used_rows(rows, system)}
    keys = {place.rsplit(".")[-1]: place for r, place in all_rows(rows).items()
            if r not in used and place.split(".")[0] not in NOT_XENS}
    reasons = described(UNBOOTED)
    complain([f"real Xen boots no system with {place}: give it in one of tests/boot/good, or say in "
              f"{short(UNBOOTED)} why no QEMU can" for key, place in keys.items()
              if key not in reasons] +
             [f"{short(UNBOOTED)}: a system with {key} is booted: take the line out"
              for key in reasons if key not in keys])


def test_property_has_a_case():
    """The property of a row stands in a tree that some case expects."""
    trees = "".join(p.read_text() for p in (HERE / "cases").glob("*/expected/*.dts"))
    names = [r[3].split(",  Xen")[0].split("`")[1] for r in printed_rows("system-keys")
             if r[3].startswith("`")]
    assert names
    complain(f"no expected tree has the property {n}: give its key in a tests/cases/NAME/system.yaml, "
             "then tests/bless.sh -k NAME" for n in names
             if not re.search(rf"^\s+{re.escape(n)}( =|;)", trees, re.M))


# The JSON Schema.

# What the compiler refuses and a JSON Schema cannot.
UNSEEN = {
    "E0205-multiple": "a hex size is a number of any value to JSON",
    "E0205-shared-memory": "the same",
    "E0205-static-memory": "the same",
    "E0205-64-bits": "numbers in text have no largest value",
    "E0205-kib": "the same",
    "E0206-octal": "010 is 10 to YAML 1.2",
    "E0207-unit": "a decimal number is no other than a hex one to JSON",
    "E0207-unit-of-bytes": "the same",
    "E0207-with-kib": "the same",
    "E0208-decimal": "a decimal number is no other than a hex one to JSON",
    "E0209-case": "JSON Schema compares no names",
    "E0201-board": "the wrong key is in the board, which has a schema of its own",
}


def validator(schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def refusals(schema, paths):
    """What the JSON Schema has against files that are good."""
    check = validator(schema)
    return [f"the JSON Schema refuses {short(path)}: {e.json_path}: {e.message[:200]}: mend its row, or "
            "compiler/schema/to_json.c" for path in paths for e in check.iter_errors(described(path))]


@pytest.mark.parametrize("what", ["system", "board"])
def test_schema_is_one(schemas, what):
    validator(schemas[what])
    assert schemas[what]["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_schema_accepts_what_is_good(schemas):
    good = [c / "system.yaml" for c in CASES] + EXAMPLES
    good += sorted((TOP / "examples").glob("*.yaml"))
    good += sorted((HERE / "boot" / "systems").glob("*.yaml"))
    complain(refusals(schemas["system"], good))


def test_schema_accepts_later_errors(schemas):
    """Names, addresses and Xen's rules are not its business."""
    complain(refusals(schemas["system"], [
        test_errors.PATHS[name] for name in test_errors.CASES
        if test_errors.code_of(name)[1:3] in ("03", "04", "05", "07", "08", "09")]))


def test_schema_accepts_boards(schemas):
    complain(refusals(schemas["board"], [folder / "board.yaml" for folder in BOARDS]))


@pytest.mark.parametrize("name", [n for n in test_errors.CASES if n.startswith("E02")])
def test_schema_refuses(schemas, name):
    if name == "E0201-merge":
        pytest.skip("YAML 1.1 merges the keys before JSON Schema sees them")
    value = described(HERE / "errors" / f"{name}.yaml")
    seen = not validator(schemas["system"]).is_valid(value)
    if seen == (name in UNSEEN):
        complain([f"the JSON Schema {'refuses' if seen else 'accepts'} {short(test_errors.PATHS[name])}: "
                  f"mend compiler/schema/to_json.c, or UNSEEN in tests/test_laws.py, which lists what "
                  "a JSON Schema cannot see"])


# Boards.

@pytest.mark.parametrize("folder", BOARDS, ids=lambda f: f.name)
def test_board_loads(folder):
    done = run_xendtc("boards")
    line = re.search(rf"^{folder.name} +(\S.*):((?: \d+[MG])+)$", done.stdout.decode(), re.M)
    assert line and done.returncode == 0 and not done.stderr
    board = described(folder / "board.yaml")
    assert board["name"] == folder.name and line[1] == board["title"]
    assert line[2].split() == list(board["memory"])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_example_is_good(path):
    done = run_xendtc("check", "--no-files", path)
    assert done.returncode == 0, done.stderr.decode()
    assert b"warning" not in done.stderr and b"error" not in done.stderr


# Outputs, read by others.

def dtc_warnings(path):
    done = subprocess.run(["dtc", "-I", "dtb", "-O", "dtb", "-o", "/dev/null", str(path)],
                          stderr=subprocess.PIPE, check=True)
    text = done.stderr.decode()
    return {re.sub(r"^.*?: Warning", "Warning", line) for line in text.splitlines()}


def fdtget(path, *words):
    done = subprocess.run(["fdtget", str(path), *words], stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().strip()


def base_tree(case, files):
    options = test_cases.options_of(case, files)
    if "--dtb" in options:
        return options[options.index("--dtb") + 1]
    name = described(case / "system.yaml").get("device-tree", "bcm2711-rpi-4-b.dtb")
    return files / (name["file"] if isinstance(name, dict) else name)


@pytest.fixture(scope="session")
def built(fixtures, tmp_path_factory):
    """built(case): the output folder of a case, made once."""
    done = {}

    def build(case):
        if case not in done:
            done[case] = tmp_path_factory.mktemp(case.name) / "out"
            assert test_cases.build(case, fixtures, done[case]).returncode == 0
        return done[case]

    return build


each_case = pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
each_script = pytest.mark.parametrize(
    "case", [c for c in CASES if (c / "expected" / "boot2.source").exists()], ids=lambda c: c.name)


def tree_of(out):
    manifest = json.loads((out / "manifest.json").read_text())
    return out / next(f["name"] for f in manifest["files"] if f["role"] == "device-tree")


# Xen reads xen,static-mem of a guest with the cells of /chosen (bootinfo-fdt.c); dtc knows
# of reg and ranges only, and says so in other words from 1.7 on.
# In a tree for UEFI there are no regs before Xen has loaded the files, but it wants the cells.
UNUSED = r"Warning \(avoid_unnecessary_addr_size\): /chosen%s: unnecessary "
STATIC_CELLS = re.compile(UNUSED % "")
CELLS = re.compile(UNUSED % r"(/[\w-]+)?")


@each_case
def test_dtc_takes_the_tree(case, built, fixtures):
    tree = tree_of(built(case))
    new = dtc_warnings(tree) - dtc_warnings(base_tree(case, fixtures))
    if b"xen,static-mem" in tree.read_bytes():
        new = {w for w in new if not STATIC_CELLS.match(w)}
    if b"xen,uefi-binary" in tree.read_bytes():
        new = {w for w in new if not CELLS.match(w)}
    complain(f"dtc says of the tree of {short(case)}, and not of its base tree: {w}"
             for w in sorted(new))


@each_case
def test_fdtget_finds_the_domains(case, built):
    tree, system = tree_of(built(case)), whole(case / "system.yaml")
    nodes = fdtget(tree, "-l", "/chosen").split()
    for name, guest in system.get("guests", {}).items():
        if guest.get("boot", True):
            assert name in nodes
            assert fdtget(tree, f"/chosen/{name}", "compatible") == "xen,domain"
    assert fdtget(tree, "/chosen", "xen,xen-bootargs").startswith(
        system["xen"].get("cmdline", ""))


@each_case
def test_manifest_is_true(case, built, fixtures):
    """Sizes and sums are those of the files; each load is where the script loads it."""
    out = built(case)
    script = out / "boot2.source"
    source = script.read_text() if script.exists() else ""
    fit = (out / "boot.its").read_text() if (out / "boot.its").exists() else None
    for f in json.loads((out / "manifest.json").read_text())["files"]:
        path = fixtures / f["path"] if "path" in f else out / f["name"]
        data = path.read_bytes()
        assert f["size"] == len(data), f["name"]
        assert f["sha256"] == make.sha256(data), f["name"]
        if fit and "address" in f:
            low = f"0x{int(f['address'], 16):x}"
            assert re.search(rf'"{re.escape(f["name"])}"\);[^}}]*load = <0x0 {low}>;', fit)
        elif f["role"] == "device-tree" and "fdt move" in source:
            assert f"fdt move ${{fdt_addr}} {f['address']} " in source
        elif "address" in f and f["role"] != "script":
            assert re.search(rf" {f['address']} \S*{re.escape(f['name'])}; then", source)
        if "address" in f:
            assert int(f["end"], 16) == int(f["address"], 16) + f["size"]


# Where the board's data has boot2.scr: a system with a FIT has none.
QEMU_SCRIPT = "0x40c00000"


@each_script
def test_scripts_are_mkimages(case, built, tmp_path):
    out = built(case)
    address = next((f["address"] for f in json.loads((out / "manifest.json").read_text())["files"]
                    if f["name"].endswith("boot2.scr")), QEMU_SCRIPT)
    for script in out.rglob("*.scr"):
        theirs, source = tmp_path / script.name, out / f"{script.stem}.source"
        subprocess.run(["mkimage", "-A", "arm64", "-T", "script", "-C", "none",
                        "-a", address, "-e", address, "-d", source, theirs],
                       env={"SOURCE_DATE_EPOCH": test_cases.EPOCH, "PATH": "/usr/bin:/bin"},
                       stdout=subprocess.DEVNULL, check=True)
        assert script.read_bytes() == theirs.read_bytes()


def test_fit_holds_the_files(built, fixtures, tmp_path):
    """What dumpimage takes out of the FIT is what went in; it is signed."""
    out = built(HERE / "cases" / "qemu-fit")
    fit = out / "system.itb"
    names = re.findall(r'incbin/\("(.*)"\)', (out / "boot.its").read_text())
    for i, name in enumerate(names):
        subprocess.run(["dumpimage", "-T", "flat_dt", "-p", str(i), "-o", tmp_path / "part", fit],
                       check=True, stdout=subprocess.DEVNULL)
        source = out / name if (out / name).exists() else fixtures / name
        assert (tmp_path / "part").read_bytes() == source.read_bytes(), name
    listed = subprocess.run(["dumpimage", "-l", fit], check=True, stdout=subprocess.PIPE).stdout
    assert b"Sign algo:    sha256,rsa2048:dev" in listed
    assert b"Sign value:   unavailable" not in listed


@each_case
def test_xen_image_is_mkimages(case, built, fixtures, tmp_path):
    """xen.ub, where bootm starts it: what runs stands behind the header, on 2 MiB."""
    out = built(case)
    for f in json.loads((out / "manifest.json").read_text())["files"]:
        if f["name"] != "xen.ub":
            continue
        address = int(f["address"], 16) + 64
        assert address % (2 << 20) == 0
        image = yaml.safe_load((case / "system.yaml").read_text())["xen"]["image"]
        theirs = tmp_path / "xen.ub"
        subprocess.run(["mkimage", "-A", "arm64", "-O", "linux", "-T", "kernel", "-C", "none",
                        "-a", hex(address), "-e", hex(address), "-n", "Xen",
                        "-d", fixtures / image["file"], theirs],
                       env={"SOURCE_DATE_EPOCH": test_cases.EPOCH, "PATH": "/usr/bin:/bin"},
                       stdout=subprocess.DEVNULL, check=True)
        assert (out / "xen.ub").read_bytes() == theirs.read_bytes()


@each_case
def test_script_keeps_to_old_u_boots(case, built):
    """No `exit`, at most 16 words, lines that U-Boot's console buffer holds, but for values
    of `fdt set`, which a sourced script may have longer."""
    for source in built(case).glob("*.source"):
        for line in source.read_text().splitlines():
            assert len(line) < 512 or line.startswith("\tfdt set ")
            assert "\\" not in line
            words = re.sub(r'"[^"]*"', "x", line)
            words = re.sub(r"'[^']*'", "x", words).split(" || ")[0].split()
            if not line.startswith("#"):
                assert len(words) <= 16 and "exit" not in words


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes()
            for p in sorted(folder.rglob("*")) if p.is_file()}


@each_case
def test_two_runs_are_identical(case, built, fixtures, tmp_path):
    """Also from elsewhere, in another zone and language."""
    for path in case.glob("*.yaml"):
        (tmp_path / path.name).symlink_to(path)
    done = run_xendtc("build", "-q", "--files", fixtures, "-o", "again",
                      *test_cases.options_of(case, fixtures), "system.yaml", cwd=tmp_path,
                      env={"TZ": "Asia/Tokyo", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8",
                           "SOURCE_DATE_EPOCH": test_cases.EPOCH})
    assert done.returncode == 0
    first, again = contents(built(case)), contents(tmp_path / "again")
    complain(f"{name} is not the same, or not there, in a second run"
             for name in sorted({*first, *again}) if first.get(name) != again.get(name))


# Addresses.

def fix_all(system, addresses):
    """The same system with every address written down."""
    def fixed(image):
        name = image["file"] if isinstance(image, dict) else image
        return {"file": name, "address": addresses[name.removeprefix("./")]}

    system["xen"]["image"] = fixed(system["xen"]["image"])
    if "device-tree" in system:
        system["device-tree"] = fixed(system["device-tree"])
    for domain in [system.get("dom0"), *system.get("guests", {}).values()]:
        for key in ("kernel", "ramdisk"):
            if domain and key in domain:
                domain[key] = fixed(domain[key])
    return system


@pytest.mark.parametrize("name", ["rpi4-tftp", "qemu-dom0less", "rpi4-stage", "rpi4-mmc"])
def test_given_and_found_addresses_are_one(name, built, fixtures, tmp_path):
    case = HERE / "cases" / name
    out = built(case)
    addresses = {f["name"]: f["address"] for f in
                 json.loads((out / "manifest.json").read_text())["files"] if "address" in f}
    text = json.dumps(fix_all(described(case / "system.yaml"), addresses))
    text = re.sub(r'"(0x[0-9a-f]+)"', r"\1", text)
    text = re.sub(r'(?<="script-address": )\d+', lambda n: hex(int(n[0])), text)
    (tmp_path / "system.yaml").write_text(text)
    done = run_xendtc("build", "-q", "--files", fixtures, "system.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    assert tree_of(tmp_path / "out").read_bytes() == tree_of(out).read_bytes()
    assert (tmp_path / "out/boot2.source").read_bytes() == (out / "boot2.source").read_bytes()
