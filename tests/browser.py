# SPDX-License-Identifier: BSD-2-Clause
"""A page in headless Chromium, as wide as one wants it (its own windows are never narrower than 500
pixels), with keys and media features. It is spoken to by the Chrome DevTools Protocol on a pipe."""

import base64
import json
import os
import shutil
import subprocess
import tempfile

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    """with Browser() as browser: browser.open(path, width=390, scheme="dark")"""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        takes, self.to = os.pipe()
        self.of, gives = os.pipe()
        self.process = subprocess.Popen(
            [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--force-color-profile=srgb", "--font-render-hinting=none", "--remote-debugging-pipe",
             f"--user-data-dir={self.folder.name}"],
            pass_fds=(3, 4), preexec_fn=lambda: ends(takes, gives), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(takes)
        os.close(gives)
        self.last, self.session, self.rest = 0, None, b""
        page = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        self.ask("Page.enable")
        return self

    def __exit__(self, *_):
        self.session = None
        self.ask("Browser.close")
        self.process.wait(timeout=60)
        os.close(self.to)
        os.close(self.of)
        self.folder.cleanup()

    def ask(self, method, **parameters):
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.last:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]

    def read(self):
        while b"\0" not in self.rest:
            more = os.read(self.of, 1 << 20)
            assert more, "Chromium has ended"
            self.rest += more
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)

    def open(self, path, width, height=900, scheme="light"):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                 mobile=False)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.ask("Page.navigate", url=f"file://{path}")
        while self.read().get("method") != "Page.loadEventFired":
            pass

    def evaluate(self, script):
        """The value of an expression; of a promise, what it is kept with."""
        done = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def press(self, key, code, text=""):
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code,
                     **({"text": text} if text and kind == "keyDown" else {}))

    def picture(self):
        """What can be seen, as a PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"])

    def paper(self):
        """The page as it is printed: a PDF."""
        return base64.b64decode(self.ask("Page.printToPDF", printBackground=False)["data"])


def ends(takes, gives):
    """Chromium reads from descriptor 3 and writes to 4; neither may hit the other."""
    takes, gives = os.dup(takes), os.dup(gives)
    high = [os.dup2(takes, 100), os.dup2(gives, 101)]
    os.dup2(high[0], 3)
    os.dup2(high[1], 4)
