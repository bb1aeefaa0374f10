# SPDX-License-Identifier: BSD-2-Clause
"""The JSON Schema in yaml-language-server, which VS Code, Neovim, Emacs and others have: what it offers
is valid, and what it shows is about the right key. XENDTC_YAML_SERVER names its program; else it has to
be in PATH (npm install yaml-language-server)."""

import json
import os
import queue
import re
import shutil
import subprocess
import threading

import pytest

from conftest import TOP, run_xendtc

SCHEMA = TOP / "schemas" / "system.schema.json"
HEAD = f"# yaml-language-server: $schema={SCHEMA}\n"


def test_entries_for_schemastore():
    """As its catalog.json has them: each leads to a schema of ours, and to names that nobody else has."""
    entries = json.loads((TOP / "integrations" / "schemastore" / "catalog.json").read_text())["schemas"]
    schemas = {json.loads(p.read_text())["$id"]: json.loads(p.read_text())["title"]
               for p in (TOP / "schemas").glob("*.json")}
    assert {e["url"]: e["name"] for e in entries} == schemas
    for entry in entries:
        assert set(entry) == {"name", "description", "fileMatch", "url"} and len(entry["description"]) < 120
        assert all(re.fullmatch(r"\*\.xen[a-z-]*\.ya?ml", pattern) for pattern in entry["fileMatch"])


class Server:
    """One yaml-language-server, spoken to by LSP on its standard streams."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, "--stdio"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.answers, self.findings, self.last = {}, queue.Queue(), 0
        self.arrived = threading.Condition()
        threading.Thread(target=self.read, daemon=True).start()
        self.ask("initialize", processId=os.getpid(), rootUri=None, capabilities={
            "textDocument": {"completion": {"completionItem": {"snippetSupport": True}},
                             "hover": {"contentFormat": ["markdown"]}},
            "workspace": {"configuration": True}})
        self.tell("initialized")

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def tell(self, method, **parameters):
        self.send({"method": method, "params": parameters})

    def ask(self, method, **parameters):
        self.last += 1
        number = self.last
        self.send({"id": number, "method": method, "params": parameters})
        with self.arrived:
            assert self.arrived.wait_for(lambda: number in self.answers, 60)
        return self.answers[number]

    def read(self):
        while line := self.process.stdout.readline():
            size = int(line.split(b":")[1])
            while self.process.stdout.readline().strip():
                pass
            self.take(json.loads(self.process.stdout.read(size)))

    def take(self, message):
        if message.get("method") == "workspace/configuration":
            answer = [{"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}
                      if i.get("section") == "yaml" else {} for i in message["params"]["items"]]
            self.send({"id": message["id"], "result": answer})
        elif message.get("method") == "textDocument/publishDiagnostics":
            self.findings.put(message["params"])
        elif "method" in message and "id" in message:
            self.send({"id": message["id"], "result": None})
        elif "id" in message:
            with self.arrived:
                self.answers[message["id"]] = message.get("result")
                self.arrived.notify_all()


@pytest.fixture(scope="module")
def server():
    program = os.environ.get("XENDTC_YAML_SERVER") or shutil.which("yaml-language-server")
    if not program:
        pytest.skip("no yaml-language-server here: npm install yaml-language-server")
    server = Server(program)
    yield server
    server.process.kill()
    server.process.wait()


class Document:
    """A text in the editor; | stands where the cursor is."""
    count = 0

    def __init__(self, server, text):
        Document.count += 1
        before, _, after = text.partition("|")
        self.server, self.text = server, HEAD + before + after
        self.uri = f"file:///tmp/{Document.count}.yaml"
        lines = (HEAD + before).split("\n")
        self.place = {"line": len(lines) - 1, "character": len(lines[-1])}
        server.tell("textDocument/didOpen", textDocument={
            "uri": self.uri, "languageId": "yaml", "version": 1, "text": self.text})

    def ask(self, method):
        return self.server.ask(f"textDocument/{method}", textDocument={"uri": self.uri},
                               position=self.place)

    def offers(self):
        return {i["label"]: i for i in self.ask("completion")["items"]}

    def hover(self):
        return self.ask("hover")["contents"]["value"]

    def findings(self):
        while True:
            found = self.server.findings.get(timeout=60)
            if found["uri"] == self.uri:
                return [f["message"] for f in found["diagnostics"]]

    def with_offer(self, item):
        """The text after an item was chosen, its placeholders as they are."""
        edit = item["textEdit"]
        lines = self.text.split("\n")
        first, last = edit["range"]["start"], edit["range"]["end"]
        head = "\n".join([*lines[:first["line"]], lines[first["line"]][:first["character"]]])
        tail = "\n".join([lines[last["line"]][last["character"]:], *lines[last["line"] + 1:]])
        new = re.sub(r"\$\{\d+:([^}]*)\}", r"\1", edit["newText"])
        indent = " " * (len(head) - len(head.rstrip(" ")))
        new = re.sub(r"\$\d+|\$\{\d+\}", "", new).replace("\n", "\n" + indent)
        return head + new + tail


BASE = """board: rpi4
memory: 4G
xen:
  image: xen
guests:
  net:
    kernel: Image
    memory: 512M
    vcpus: 1
"""


@pytest.mark.parametrize("text, wanted", [
    ("board: |\n", ["rpi4", "qemu-arm64"]), ("memory: |\n", ["4G"]),
    ("boot:\n  command: |\n", ["booti", "bootm"]),
    (BASE + "    pv: |\n", ["enabled", "no-xenstore", "disabled"]),
    (BASE + "    static-memory: |\n", ["auto"]), (BASE + "    vpl011: |\n", ["true", "false"]),
    (BASE + "    |\n", ["vpl011", "cmdline", "passthrough"]), ("|\n", ["board", "xen", "guests", "a whole description"])])
def test_offers(server, text, wanted):
    assert set(wanted) <= set(Document(server, text).offers())


def test_what_is_offered_is_valid(server):
    """Every value and every key with a value of its own that can be chosen in a guest leaves a file that
    the server has nothing against."""
    document = Document(server, BASE + "    |\n")
    offers = document.offers()
    assert len(offers) > 15
    for label in ("vpl011", "pv", "boot", "direct-map", "nr-spis", "cmdline"):
        text = document.with_offer(offers[label])
        if text.rstrip().endswith(":"):
            continue
        assert Document(server, text.replace(HEAD, "")).findings() == [], text


def test_the_snippet_is_a_system(server, fixtures, tmp_path):
    document = Document(server, "|\n")
    text = document.with_offer(document.offers()["a whole description"])
    assert Document(server, text.replace(HEAD, "")).findings() == []
    (tmp_path / "system.yaml").write_text(text)
    done = run_xendtc("check", "--files", fixtures, "--dtb", fixtures / "bcm2711-rpi-4-b.dtb",
                      "system.yaml", cwd=tmp_path)
    assert done.returncode == 0, text + done.stderr.decode()


@pytest.mark.parametrize("text, said", [
    (BASE.replace("    vcpus", "    vc|pus"), "CPU"),
    (BASE.replace("  image", "  im|age"), "Xen itself"),
    (BASE + "    static-mem|ory: auto\n", "Since Xen 4."),
    ("boot:\n  lo|ad: tftp\n", "U-Boot")])
def test_hover(server, text, said):
    assert said in Document(server, text).hover()


@pytest.mark.parametrize("text, said", [
    (BASE, None), (BASE.replace("512M", "512MB"), "size such as 512M"),
    (BASE.replace("vcpus: 1", "vcpu: 1"), "vcpu"), (BASE.replace("kernel: Image", "kernel: [Image]"), "type"),
    (BASE + "    static-memory: auto\n", None), (BASE + "    static-memory: [{address: 0x60000000, size: 512M}]\n", None),
    (BASE + "    static-memory: automatic\n", "auto"),
    (BASE.replace("kernel: Image", "kernel: {file: Image, address: 0x8000000}"), None)])
def test_findings(server, text, said):
    found = Document(server, text).findings()
    assert (not found) if said is None else any(said in f for f in found), found
