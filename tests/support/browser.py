"""A headless Chromium, told over its own protocol what to show: for pictures, and for tests of what a page does in a browser.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import base64
import itertools
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import websocket

_OPTIONS = (
    "--headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-extensions --force-color-profile=srgb --remote-debugging-port=0"
)
LONGEST_WAIT = 60
"""Seconds for Chromium to start, or to answer."""


def chromium() -> str | None:
    """The program, where there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass
class Browser:
    """One tab."""

    socket: Any
    events: list[dict[str, Any]] = field(default_factory=list)
    """All that it told without being asked: requests, what was logged, errors."""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def do(self, method: str, **parameters: object) -> dict[str, Any]:
        """Ask for something, and wait for the answer."""
        number = next(self._numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            told = json.loads(self.socket.recv())
            if told.get("id") == number:
                if "error" in told:
                    raise RuntimeError(f"{method}: {told['error']}")
                found: dict[str, Any] = told["result"]
                return found
            self.events.append(told)

    def wait_for(self, event: str) -> None:
        """Wait until something has happened."""
        while not any(each.get("method") == event for each in self.events):
            self.events.append(json.loads(self.socket.recv()))

    def show(self, address: str, width: int, *, dark: bool = False, scripts: bool = True, scale: float = 1) -> None:
        """Load a page in a window of a width."""
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.do(f"{domain}.enable")
        self.do("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=scale, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.do("Emulation.setEmulatedMedia", features=[scheme])
        self.do("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.events.clear()
        self.do("Page.navigate", url=address)
        self.wait_for("Page.loadEventFired")

    def value(self, expression: str) -> Any:
        """What an expression comes to in the page."""
        told = self.do("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in told:
            raise RuntimeError(f"{expression}: {told['exceptionDetails']}")
        return told["result"].get("value")

    def picture(self, selector: str = "html") -> bytes:
        """An element as PNG, all of its height."""
        box = json.loads(self.value(f"JSON.stringify(document.querySelector({selector!r}).getBoundingClientRect())"))
        clip = {name: box[name] for name in ("x", "y", "width", "height")} | {"scale": 1}
        told = self.do("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(told["data"])

    def told(self, method: str) -> list[dict[str, Any]]:
        """What was told by one sort of event since the page was asked for."""
        return [each["params"] for each in self.events if each.get("method") == method]


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser with a profile of its own, gone afterwards."""
    program = chromium()
    if program is None:
        raise FileNotFoundError("Chromium is not on the PATH (Debian: apt install chromium)")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program, *_OPTIONS.split(), f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            socket = websocket.create_connection(_address(Path(profile)), suppress_origin=True, timeout=LONGEST_WAIT)
            try:
                yield Browser(socket)
            finally:
                socket.close()
        finally:
            process.terminate()
            process.wait(LONGEST_WAIT)


def _address(profile: Path) -> str:
    """Where the tab listens: Chromium writes its port into its profile."""
    end = time.monotonic() + LONGEST_WAIT
    port = profile / "DevToolsActivePort"
    while time.monotonic() < end:
        if port.exists() and (number := port.read_text(encoding="utf-8").partition("\n")[0]):
            with urlopen(f"http://127.0.0.1:{number}/json/list", timeout=LONGEST_WAIT) as answer:
                tabs = [each for each in json.load(answer) if each["type"] == "page"]
            if tabs:
                return str(tabs[0]["webSocketDebuggerUrl"])
        time.sleep(0.1)
    raise TimeoutError("Chromium did not start")
