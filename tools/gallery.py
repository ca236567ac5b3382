"""Draw the pictures of docs/: each state of the comment from its golden HTML, and the example's comment and page.

Needs Chromium on the PATH. Look at each picture before it is kept.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))  # the browser and the renderer are those of the tests

from browser import Browser, browsing, chromium  # noqa: E402
from github_html import github_html  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
GOLDEN = ROOT / "tests" / "bot" / "golden"
WIDTH = 900
"""CSS pixels: what GitHub gives a comment on a wide screen."""
PAGE_WIDTH = 1040
COLOURS = 48
"""Of a picture: text on paper needs no more, and it is a third of the size."""
STYLE = """
body { font: 14px/1.5 "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; color: #1f2328; background: #fff; }
body { margin: 0; padding: 16px; }
h3 { font-size: 17.5px; margin: 0 0 16px; }
p, table, details, div, ul { margin: 0 0 16px; } ul { padding-left: 2em; }
table { border-collapse: collapse; }
th, td { border: 1px solid #d1d9e0; padding: 6px 13px; } th { font-weight: 600; }
tbody tr:nth-child(2n) { background: #f6f8fa; }
a { color: #0969da; text-decoration: none; }
code { font: 85% "Liberation Mono", Menlo, monospace; background: #818b981f; border-radius: 6px; padding: .2em .4em; }
.markdown-alert { border-left: 4px solid #d1242f; padding: 8px 16px; } .markdown-alert :last-child { margin-bottom: 0; }
.markdown-alert-title { color: #d1242f; font-weight: 600; margin-bottom: 8px; }
body > :last-child { margin-bottom: 0; } sub { color: #59636e; font-size: 12px; } summary { cursor: pointer; }
"""


def comment_page(body: str) -> str:
    """GitHub's HTML of a comment as a page of its own."""
    return f"<!doctype html><meta charset='utf-8'><style>{STYLE}</style><body>{body}</body>"


def example(form: str) -> str:
    """What a diff of the example prints."""
    command = [str(Path(sys.executable).parent / "weighbridge"), "diff", "examples/shop/before", "examples/shop/after"]
    return subprocess.run([*command, "--format", form], cwd=ROOT, capture_output=True, text=True, check=False).stdout


def draw(browser: Browser, text: str, file: Path, width: int, scale: float) -> None:
    """A page's picture, in few colours."""
    with tempfile.TemporaryDirectory() as folder:
        shown = Path(folder) / "page.html"
        shown.write_text(text, encoding="utf-8")
        browser.show(shown.as_uri(), width, scale=scale)
        drawn = Image.open(io.BytesIO(browser.picture()))
    drawn.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size:,} bytes")


def main() -> int:
    """Draw all of them, or those that are named."""
    if chromium() is None:
        print("Chromium is not on the PATH (Debian: apt install chromium)", file=sys.stderr)
        return 2
    pages = {file.stem: comment_page(file.read_text(encoding="utf-8")) for file in sorted(GOLDEN.glob("*.html"))}
    pages |= {"comment": comment_page(github_html(example("markdown"))), "page": example("html")}
    with browsing() as browser:
        for name in sys.argv[1:] or pages:
            # The page is wide and long: at its own size it is read well enough.
            size = (PAGE_WIDTH, 1.0) if name == "page" else (WIDTH, 1.5)
            draw(browser, pages[name], PICTURES / f"{name}.png", *size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
