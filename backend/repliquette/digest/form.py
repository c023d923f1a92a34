"""The digest for the eye: HTML for mail programs and pages, plain text for terminals.

The HTML holds no remote content and no script, is built of tables with inlined
styles (mail clients drop style sheets), follows dark mode where the client does,
and stays under the size at which Gmail clips a message, by folding long sections
and saying how many more there are.
"""

from __future__ import annotations

import textwrap

from css_inline import CSSInliner
from jinja2 import Environment, PackageLoader, StrictUndefined

from repliquette.digest.content import ROWS_SHOWN, Digest
from repliquette.digest.words import count

# Gmail clips a message at 102 kB; the parts around the HTML need a little.
HTML_BYTES = 100_000
TEXT_WIDTH = 78
_FOLDS = (ROWS_SHOWN, 12, 6, 3, 1)

_INLINER = CSSInliner(keep_at_rules=True, keep_style_tags=False, load_remote_stylesheets=False)
_PAGES = Environment(loader=PackageLoader("repliquette.digest"), autoescape=True, undefined=StrictUndefined)
_TEXTS = Environment(  # noqa: S701 - plain text has nothing to escape
    loader=PackageLoader("repliquette.digest"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_TEXTS.filters["indented"] = lambda text: "\n".join(f"     | {line}".rstrip() for line in text.splitlines())
_TEXTS.filters["folded"] = lambda text, margin: textwrap.fill(
    text, TEXT_WIDTH, initial_indent=" " * margin, subsequent_indent=" " * margin, break_on_hyphens=False
)


def subject(digest: Digest) -> str:
    """The state in a few words: "12 to return, 3 promises due"."""
    if digest.to_return:
        promises = f", {count(digest.promises, 'promise', 'promises')} due" if digest.promises else ""
        return f"{digest.to_return:,} to return{promises}"
    if digest.waiting_for:
        return f"All returned, {digest.waiting_for:,} still to hear from"
    return "All caught up"


def to_html(digest: Digest) -> str:
    """A whole HTML document below `HTML_BYTES`."""
    page = ""
    for rows in _FOLDS:
        page = _html(digest.folded(rows))
        if len(page.encode()) < HTML_BYTES:
            break
    return page


def to_text(digest: Digest) -> str:
    """The same in plain text, with the id of each conversation for the command line."""
    return _TEXTS.get_template("digest.txt").render(digest=digest, state=subject(digest), settled=settled(digest))


def settled(digest: Digest) -> str:
    """One line for all that needs nothing from anybody."""
    parts = [
        f"{digest.answered:,} you answered" if digest.answered else "",
        f"{digest.let_go:,} you let go" if digest.let_go else "",
        f"{digest.quiet:,} needed no answer" if digest.quiet else "",
    ]
    return ", ".join(p for p in parts if p)


def _html(digest: Digest) -> str:
    template = _PAGES.get_template("digest.html")
    return _INLINER.inline(template.render(digest=digest, state=subject(digest), settled=settled(digest)))
