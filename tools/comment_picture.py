"""Draw the example's comment as a reader of a pull request sees it: Markdown to HTML, and a picture of it by a headless browser.

Needs Chromium on the PATH; writes docs/pictures/comment.png.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "pictures" / "comment.png"
STYLE = """
body { font: 14px/1.5 "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; color: #1f2328; margin: 24px; width: 860px; }
h3 { font-size: 17.5px; margin: 0 0 16px; }
table { border-collapse: collapse; margin: 0 0 16px; }
th, td { border: 1px solid #d1d9e0; padding: 6px 13px; }
tr:nth-child(2n) { background: #f6f8fa; }
code { font: 85% "Liberation Mono", Menlo, monospace; background: #818b981f; border-radius: 6px; padding: .2em .4em; }
.alert { border-left: 4px solid #cf222e; padding: 8px 16px; margin: 0 0 16px; }
.alert b { color: #d1242f; } p { margin: 0 0 16px; } sub { color: #59636e; font-size: 12px; } summary { cursor: pointer; }
"""


def html(markdown: str) -> str:
    """A comment as a page of its own, with GitHub's alerts."""
    body = MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown)
    body = re.sub(r"<blockquote>\s*<p>\[!CAUTION\]", '<div class="alert"><p><b>Caution</b><br>', body).replace(
        "</blockquote>", "</div>"
    )
    return f"<!doctype html><meta charset='utf-8'><style>{STYLE}</style>{body}"


def main() -> int:
    """Weigh the example and draw its comment."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        print("Chromium is not on the PATH", file=sys.stderr)
        return 2
    command = [str(Path(sys.executable).parent / "weighbridge"), "diff", "examples/shop/before", "examples/shop/after"]
    told = subprocess.run([*command, "--format", "markdown"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "comment.html"
        page.write_text(html(told), encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=2"]
        profile = f"--user-data-dir={folder}/profile"
        quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        subprocess.run(
            [browser, *options, *quiet, profile, "--window-size=920,760", f"--screenshot={PICTURE}", page.as_uri()],
            check=True,
            capture_output=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
