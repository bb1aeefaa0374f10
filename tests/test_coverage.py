# SPDX-License-Identifier: BSD-2-Clause
"""docs/coverage.yaml: every refusal of Xen and U-Boot has a rule of ours, or a reason why not."""

import re

import yaml

from conftest import SEVERITY, TOP

TABLE = yaml.safe_load((TOP / "docs" / "coverage.yaml").read_text())
ROWS = TABLE["rows"]
CODES = set(SEVERITY)

K_MAX = 212             # the rules that were known before the table
KINDS = {"code", "construction", "unreachable"}
EFFECTS = {"panic", "mute-panic", "hang", "drop", "misread", "warn", "refuse"}
XEN = {"4.17", "4.20", "newest"}
U_BOOT = {"2023.01", "2025.01", "newest"}
NEEDED = {"id", "what", "message", "place", "versions", "effect", "rule", "proof"}
ALLOWED = NEEDED | {"k", "needs", "case", "boot"}
PROOFS = {p.stem for p in (TOP / "tests" / "boot" / "proofs").glob("*.yaml")}


def is_new(row):
    return row["rule"].get("code") == "NEW"


def is_open(row):
    """No rule yet, or one that waits for a key."""
    return is_new(row) or "needs" in row


def breaking(law):
    """Ids of the rows that do not keep it."""
    return [r.get("id", r) for r in ROWS if not law(r)]


def is_text(*values):
    return all(isinstance(v, str) and v.strip() for v in values)


def test_rows_have_their_fields():
    assert not breaking(lambda r: NEEDED <= set(r) <= ALLOWED)
    assert not breaking(lambda r: is_text(r["what"], r["message"], r["place"], r["proof"]))
    assert not breaking(lambda r: re.fullmatch(r"C\d{3}", r["id"]))
    assert not breaking(lambda r: r["effect"] in EFFECTS)
    assert not breaking(lambda r: re.fullmatch(r"(u-boot )?[\w./-]+(:\w+)?", r["place"]))
    assert not breaking(lambda r: re.match("source(; .|$)|qemu: .", r["proof"]))


def has_test(name):
    """Whether tests/boot has the test FILE::FUNCTION."""
    file, _, function = name.partition("::")
    path = TOP / "tests" / "boot" / file
    return path.is_file() and f"\ndef {function}(" in path.read_text()


def test_proofs_exist_and_are_named():
    named = {name for r in ROWS for name in r.get("boot", [])}
    missing = {name for name in named - PROOFS if not has_test(name)}
    assert not missing, f"no such proof: {missing}"
    assert not PROOFS - named, f"no row names the proof: {PROOFS - named}"


def literals(text):
    """The words of a format or a pattern that stand there as they are."""
    text = re.sub(r"%[-+#0-9.]*(?:[hlz]*[a-zA-Z]+|\*|)|\\[dwsb]|\(\?:|[\[\]()|.*+?{}^$\\,:=]", " ", text)
    return [word for word in re.findall(r"[A-Za-z0-9_/'-]+", text) if len(word) > 1]


def says(name):
    """All that a proof, or the file of a test, wants to hear."""
    path = TOP / "tests" / "boot" / name.partition("::")[0]
    if path.is_file():
        return literals(path.read_text())
    text = (TOP / "tests" / "boot" / "proofs" / f"{name}.yaml").read_text()
    return [w for line in re.findall(r"^# says(?:-[\w.]+)?: (.*)$", text, re.M)
            for w in literals(line)]


def test_proofs_hear_the_message():
    """What a row says Xen says, one of its proofs waits for: most of its words."""
    def heard(row):
        words = set(literals(row["message"]))
        if row["message"] == "silent" or not row.get("boot"):
            return True
        return any(2 * len(words & set(says(name))) > len(words) for name in row["boot"])

    assert not breaking(heard)


def test_what_qemu_can_show_was_shown():
    assert not breaking(lambda r: not r["proof"].startswith("qemu: ") or r.get("boot"))
    assert not breaking(lambda r: r["proof"].startswith("qemu: ") or not r.get("boot"))


def test_rules_have_a_case():
    assert not breaking(lambda r: "code" not in r["rule"] or r.get("case"))


def test_rows_have_versions():
    """In quotes: 4.20 alone is the number 4.2."""
    def known(row):
        all_of_them = U_BOOT if row["place"].startswith("u-boot ") else XEN
        versions = row["versions"]
        return versions and set(versions) <= all_of_them and len(set(versions)) == len(versions)

    assert not breaking(known)


def test_rows_have_one_kind_of_rule():
    def one(row):
        rule = row["rule"]
        if is_new(row):
            return set(rule) == {"code", "group", "says"} and is_text(rule["says"]) and \
                re.fullmatch(r"[EW]0[1-9]", rule["group"])
        return len(rule) == 1 and set(rule) <= KINDS and is_text(*rule.values())

    assert not breaking(one)


def test_codes_exist():
    assert not breaking(lambda r: r["rule"].get("code", "NEW") in CODES | {"NEW"})


def test_cases_exist():
    """And are of the row's code."""
    def exists(row):
        case = row.get("case")
        return case is None or (case.startswith(row["rule"].get("code", "no code") + "-") and
                                (TOP / "tests" / "errors" / f"{case}.yaml").is_file())

    assert not breaking(exists)


def test_ids_are_unique():
    ids = [r["id"] for r in ROWS]
    assert sorted(set(ids)) == sorted(ids)


def test_no_row_twice():
    seen = [(r["what"], r["place"], tuple(r["versions"])) for r in ROWS]
    assert len(set(seen)) == len(seen)


def test_every_known_rule_is_in_a_row():
    named = {k for r in ROWS for k in r.get("k", [])}
    assert named == set(range(1, K_MAX + 1))


def test_open_rows_only_go_down():
    """Exactly as many as the header says: who closes one lowers the number."""
    rows = [r["id"] for r in ROWS if is_open(r)]
    assert len(rows) <= TABLE["open_rows_allowed"], f"{len(rows)} open rows: {' '.join(rows)}"
    assert len(rows) == TABLE["open_rows_allowed"], f"lower open_rows_allowed to {len(rows)}"
