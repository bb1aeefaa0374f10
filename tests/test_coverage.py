# SPDX-License-Identifier: BSD-2-Clause
"""docs/coverage.yaml: every refusal of Xen and U-Boot has a rule of ours, or a reason why not."""

import re
from collections import Counter

import yaml

from conftest import SEVERITY, TOP, complain

TABLE = yaml.safe_load((TOP / "docs" / "coverage.yaml").read_text())
ROWS = TABLE["rows"]

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


def must(law, what, rows=ROWS):
    """Each row keeps the law; `what` tells its author how."""
    complain(f"docs/coverage.yaml: {r.get('id', r)}: {what}" for r in rows if not law(r))


def is_text(*values):
    return all(isinstance(v, str) and v.strip() for v in values)


def test_rows_have_their_fields():
    must(lambda r: NEEDED <= set(r) <= ALLOWED,
         f"has the keys {' '.join(sorted(NEEDED))}, and perhaps {' '.join(sorted(ALLOWED - NEEDED))}")
    must(lambda r: is_text(r["what"], r["message"], r["place"], r["proof"]),
         "what, message, place and proof are text")
    must(lambda r: re.fullmatch(r"C\d{3}", r["id"]), "id is C and three digits")
    must(lambda r: r["effect"] in EFFECTS, f"effect is one of {' '.join(sorted(EFFECTS))}")
    must(lambda r: re.fullmatch(r"(u-boot )?[\w./-]+(:\w+)?", r["place"]),
         "place is FILE or FILE:FUNCTION of Xen, or after 'u-boot ' of U-Boot")
    must(lambda r: re.match("source(; .|$)|qemu: .", r["proof"]),
         "proof is 'source', 'source; WHY', or 'qemu: WHAT'")


def has_test(name):
    """Whether tests/boot has the test FILE::FUNCTION."""
    file, _, function = name.partition("::")
    path = TOP / "tests" / "boot" / file
    return path.is_file() and f"\ndef {function}(" in path.read_text()


def test_proofs_exist_and_are_named():
    named = {name for r in ROWS for name in r.get("boot", [])}
    complain([f"docs/coverage.yaml: {r['id']}: write tests/boot/proofs/{name}.yaml" for r in ROWS
              for name in r.get("boot", []) if name not in PROOFS and not has_test(name)] +
             [f"tests/boot/proofs/{name}.yaml: name it under `boot` of a row of docs/coverage.yaml"
              for name in sorted(PROOFS - named)])


def literals(text):
    """The words of a format or a pattern that stand there as they are."""
    text = re.sub(r"%[-+#0-9.]*(?:[hlz]*[a-zA-Z]+|\*|)|\\[dwsb]|\(\?:|[\[\]()|.*+?{}^$\\,:=]", " ", text)
    return [word for word in re.findall(r"[A-Za-z0-9_/'-]+", text) if len(word) > 1]


def says(name):
    """All that a proof, or the file of a test, wants to hear."""
    path = TOP / "tests" / "boot" / name.partition("::")[0]
    if path.is_file():
        return literals(path.read_text())
    if name not in PROOFS:
        return []
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

    must(heard, "none of its proofs waits for most of the words of message (`# says:`)")


def test_what_qemu_can_show_was_shown():
    must(lambda r: r["proof"].startswith("qemu: ") == bool(r.get("boot")),
         "has a boot if, and only if, its proof is 'qemu: WHAT'")


def test_rules_have_a_case():
    must(lambda r: "code" not in r["rule"] or r.get("case"), "case names one of tests/errors")


def test_rows_have_versions():
    """In quotes: 4.20 alone is the number 4.2."""
    def known(row):
        all_of_them = U_BOOT if row["place"].startswith("u-boot ") else XEN
        versions = row["versions"]
        return versions and set(versions) <= all_of_them and len(set(versions)) == len(versions)

    must(known, f"versions are some of {' '.join(sorted(XEN))}, of U-Boot {' '.join(sorted(U_BOOT))}, "
         "in quotes")


def test_rows_have_one_kind_of_rule():
    def one(row):
        rule = row["rule"]
        if is_new(row):
            return set(rule) == {"code", "group", "says"} and is_text(rule["says"]) and \
                re.fullmatch(r"[EW]0[1-9]", rule["group"])
        return len(rule) == 1 and set(rule) <= KINDS and is_text(*rule.values())

    must(one, f"rule has one of {' '.join(sorted(KINDS))}, or `code: NEW` with group and says")


def test_codes_exist():
    must(lambda r: r["rule"].get("code", "NEW") in {*SEVERITY, "NEW"},
         "compiler/diag/diag.def has no row of that code")


def test_cases_exist():
    """And are of the row's code."""
    def exists(row):
        case = row.get("case")
        return case is None or (case.startswith(row["rule"].get("code", "no code") + "-") and
                                (TOP / "tests" / "errors" / f"{case}.yaml").is_file())

    must(exists, "case is the name of a file in tests/errors, and begins with the row's code")


def free_id(ids):
    return next(i for i in (f"C{n:03}" for n in range(1, 1000)) if i not in ids)


def test_ids_are_unique():
    ids = [r["id"] for r in ROWS]
    must(lambda r: ids.count(r["id"]) == 1, f"another row has the id; {free_id(ids)} is free")


def test_no_row_twice():
    def subject(row):
        return row["what"], row["place"], tuple(row["versions"])

    count = Counter(subject(r) for r in ROWS)
    must(lambda r: count[subject(r)] == 1, "another row says the same of the same place and versions")


def test_every_known_rule_is_in_a_row():
    named, known = {k for r in ROWS for k in r.get("k", [])}, set(range(1, K_MAX + 1))
    complain([f"docs/coverage.yaml: no row has the known rule {k} under `k`" for k in sorted(known - named)] +
             [f"docs/coverage.yaml: {k} under `k`: there are {K_MAX} known rules" for k in named - known])


def test_open_rows_only_go_down():
    """Exactly as many as the header says: who closes one lowers the number."""
    rows = [r["id"] for r in ROWS if is_open(r)]
    allowed = TABLE["open_rows_allowed"]
    if len(rows) > allowed:
        complain([f"docs/coverage.yaml: {len(rows)} rows are open, {allowed} may be (open_rows_allowed): "
                  f"give one of them a rule: {' '.join(rows)}"])
    if len(rows) < allowed:
        complain([f"docs/coverage.yaml: lower open_rows_allowed to {len(rows)}"])
