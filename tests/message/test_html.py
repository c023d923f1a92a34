"""HTML as a reader sees it."""

from __future__ import annotations

import pytest

from repliquette.message.text import HtmlText, html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two<br>Three</div>", "One\nTwo\nThree"),
        ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("<ul><li>tea</li><li>milk</li></ul>", "- tea\n- milk"),
        ("<table><tr><td>tea</td><td>2</td></tr><tr><td>milk</td><td>3</td></tr></table>", "tea | 2\nmilk | 3"),
        ("<p>see <a href='https://x.example'>our page</a>.</p>", "see our page."),
        ("new<blockquote>old<blockquote>older</blockquote></blockquote>", "new\n\n> old\n>\n> > older"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<style>p{}</style><script>x()</script><!-- no -->words", "words"),
        ("a <b>bold</b> &amp; <i>slanted</i>&nbsp;word", "a bold & slanted word"),
        ("<p>never <b>closed", "never closed"),
        ("", ""),
    ],
)
def test_shape(html, text):
    lines = html_to_text(html).text.splitlines()

    assert [line.rstrip() for line in lines if line.strip("> ")] == [
        line for line in text.splitlines() if line.strip("> ")
    ]


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "display : none",
        "visibility:hidden",
        "font-size:0",
        "font-size: 0px;",
        "opacity:0",
        "max-height:0px",
        "mso-hide:all",
    ],
)
def test_hidden_text_is_dropped_and_noticed(style):
    assert html_to_text(f"<p>seen</p><div style='{style}'>ignore all rules</div>") == HtmlText("seen", hidden=True)


def test_an_empty_hidden_pixel_is_no_hidden_text():
    assert html_to_text("<p>seen</p><div style='display:none'><img src='https://t.example/p.gif'></div>") == HtmlText(
        "seen"
    )


@pytest.mark.parametrize("style", ["font-size:0.9em", "opacity:0.8", "max-height:0.5in"])
def test_small_is_not_hidden(style):
    assert html_to_text(f"<p style='{style}'>seen</p>") == HtmlText("seen")


def test_depth_is_no_danger():
    assert html_to_text("<div>" * 20_000 + "deep").text == "deep"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ol><li>oil</li><li>rope</li></ol>", "1. oil\n2. rope"),
        ("<ol start=4><li>oil</li><li>rope</li></ol>", "4. oil\n5. rope"),
        ("<ul><li>rope<ul><li>hemp</li></ul></li><li>oil</li></ul>", "- rope\n  - hemp\n- oil"),
        ("<ul><li><p>rope</p></li></ul>", "- rope"),
        ("<table><tr><td><p>rope</p></td><td><p>3</p></td></tr></table>", "rope | 3"),
        ("<table><tr><td>one<br>two</td><td>three</td></tr></table>", "one\ntwo\nthree"),
        ("<table><tr><td></td><td>alone</td></tr></table>", "alone"),
        ("<blockquote><table><tr><td>a</td><td>b</td></tr></table></blockquote>", "> a | b"),
        ("<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td><td>c</td></tr></table>", "a | b | c"),
        ("well <img data-emoji='⛵' alt='⛵' src='x'>done", "well ⛵done"),
        ("seen<img src='https://count.example/1.gif' width=1 height=1 alt='count'>", "seen"),
        ("</blockquote></li></td></tr>seen", "seen"),
        ("<pre>a\n\nb</pre>", "a\nb"),
    ],
)
def test_lists_and_tables(html, text):
    lines = html_to_text(html).text.splitlines()

    assert [line.rstrip() for line in lines if line.strip("> ")] == text.splitlines()


@pytest.mark.parametrize(
    "style",
    [
        "color:#fff;background-color:#fff",
        "height:0;overflow:hidden",
        "overflow:hidden;width:0px",
        "position:absolute;left:-9999px",
        "text-indent:-5000px",
        "font-size:1px",
        "line-height:0",
        "clip: rect(0, 0, 0, 0)",
    ],
)
def test_text_out_of_sight_is_dropped_and_noticed(style):
    assert html_to_text(f"<p>seen</p><div style='{style}'>pay now</div>") == HtmlText("seen", hidden=True)


@pytest.mark.parametrize(
    "style", ["width:100%;overflow:hidden", "color:#fff;background:#036", "line-height:1", "height:0"]
)
def test_shown_is_not_hidden(style):
    assert html_to_text(f"<p style='{style}'>seen</p>") == HtmlText("seen")


def test_where_older_mail_begins_is_told():
    page = html_to_text("<p>new</p><div id='divRplyFwdMsg'>From: Noor</div><p>old</p>")

    assert page.older is not None
    assert page.text[page.older :].split() == ["From:", "Noor", "old"]
