"""A comment as GitHub shows it, and as a mail program without HTML does.

GitHub's own renderer is not to be had. Its steps are published: GitHub Flavored Markdown (https://github.github.com/gfm/), in
comments with a break at each end of a line, then
an allow-list of tags and attributes (https://github.com/gjtorikian/html-pipeline, sanitization_filter), then alerts, which are
block quotes whose first line names their sort. Mathematics, mentions and references are not rendered: nothing of ours may become
any, which tests hold the Markdown to.
"""

from __future__ import annotations

import html
from html.parser import HTMLParser

from markdown_it import MarkdownIt

TAGS = frozenset(
    ["h1", "h2", "h3", "h4", "h5", "h6", "br", "b", "i", "strong", "em", "a", "pre", "code", "img", "tt", "div", "ins", "del", "sup", "sub", "p", "picture", "ol", "ul", "table", "thead", "tbody", "tfoot", "blockquote", "dl", "dt", "dd", "kbd", "q", "samp", "var", "hr", "ruby", "rt", "rp", "li", "tr", "td", "th", "s", "strike", "summary", "details", "caption", "figure", "figcaption", "abbr", "bdo", "cite", "dfn", "mark", "small", "source", "span", "time", "wbr"]
)  # fmt: skip
"""What is left of HTML. Other tags go, with the text of scripts and the like."""
ATTRIBUTES = frozenset(
    ["align", "alt", "colspan", "dir", "height", "href", "open", "rowspan", "src", "start", "title", "valign", "width"]
)
"""Of those that GitHub leaves, the ones that can come from Markdown."""
_DROPPED = ("script", "style", "iframe", "math", "noembed", "noframes", "noscript", "plaintext", "svg", "xmp")
_VOID = ("br", "hr", "img", "source", "wbr")
_ALERTS = {"[!CAUTION]": "Caution", "[!WARNING]": "Warning", "[!NOTE]": "Note", "[!TIP]": "Tip", "[!IMPORTANT]": "Important"}


def github_html(markdown: str) -> str:
    """Markdown as HTML, one block a line as far as the renderer does that."""
    rendered = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable(["table", "strikethrough"]).render(markdown)
    sanitizer = _Sanitizer()
    sanitizer.feed(rendered)
    sanitizer.close()
    return _with_alerts("".join(sanitizer.kept))


def mail_text(markdown: str) -> str:
    """The HTML part of GitHub's mail as text, all that is folded away included."""
    # Imported here since only tests that look at mail need it.
    from inscriptis import get_text
    from inscriptis.css_profiles import CSS_PROFILES
    from inscriptis.html_properties import Display
    from inscriptis.model.config import ParserConfig
    from inscriptis.model.html_element import HtmlElement

    folded = {tag: HtmlElement(tag=tag, display=Display.block, margin_before=1) for tag in ("details", "summary")}
    text: str = get_text(github_html(markdown), ParserConfig(css=CSS_PROFILES["strict"] | folded, table_cell_separator="  "))
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines()) + "\n"


class _Sanitizer(HTMLParser):
    """Keeps what is on the allow-list; the links it keeps lead to the web."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.kept: list[str] = []
        self.dropping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self.dropping.append(tag)
        elif tag in TAGS and not self.dropping:
            shown = [f"{name}={html.escape(value or '')!r}".replace("'", '"') for name, value in _attributes(tag, attrs)]
            self.kept.append(f"<{' '.join([tag, *shown])}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.dropping:
            self.dropping.remove(tag)
        elif tag in TAGS and tag not in _VOID and not self.dropping:
            self.kept.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self.dropping:
            self.kept.append(html.escape(data, quote=False))

    def handle_entityref(self, name: str) -> None:
        self.handle_data(html.unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.handle_data(html.unescape(f"&#{name};"))


def _attributes(tag: str, attrs: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    # A cell's alignment comes as a style from the renderer, and as an attribute from GitHub.
    told = [("align", (value or "").removeprefix("text-align:")) if name == "style" else (name, value) for name, value in attrs]
    return [
        (name, value)
        for name, value in told
        if name in ATTRIBUTES
        and not (name in ("href", "src") and not (value or "").startswith(("https://", "http://", "mailto:", "#")))
    ]


def _with_alerts(rendered: str) -> str:
    for marker, title in _ALERTS.items():
        quote = f"<blockquote>\n<p>{marker}"
        while quote in rendered:
            before, _, after = rendered.partition(quote)
            inside, _, rest = after.partition("</blockquote>")
            # A paragraph of its own where a blank line follows the marker, else the first line of one.
            same = inside.removeprefix("<br>").lstrip("\n")
            body = same.removeprefix("</p>").lstrip("\n") if same.startswith("</p>") else f"<p>{same}"
            kind = title.lower()
            heading = f'<p class="markdown-alert-title">{title}</p>'
            rendered = f'{before}<div class="markdown-alert markdown-alert-{kind}">\n{heading}\n{body}</div>{rest}'
    return rendered
