"""Answers as the mail programs write them in HTML, in the languages whose words we do not even know."""

from __future__ import annotations

import pytest

from repliquette.message.text import html_to_text, split

NEW = "The nets are dry."
OLD = "Are the nets dry?"

ANSWERS = {
    "gmail": f'<div dir="ltr">{NEW}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Mon, 4 Mei 2026, Noor &lt;<a href="mailto:noor@quay.example">noor@quay.example</a>&gt; a scris:<br></div><blockquote class="gmail_quote"><div>{OLD}</div></blockquote></div>',
    "outlook desktop": f'<div class="WordSection1"><p class="MsoNormal">{NEW}<o:p></o:p></p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>Ó:</b> Noor<br><b>Dagsetning:</b> mánudagur<br></p></div><p class="MsoNormal">{OLD}</p></div>',
    "outlook web": f'<div>{NEW}</div><div id="appendonsend"></div><hr tabindex="-1"><div id="divRplyFwdMsg"><b>Kimden:</b> Noor<br><b>Konu:</b> ağ</div><div>{OLD}</div>',
    "outlook web, quoted again": f'<div>{NEW}</div><div id="x_divRplyFwdMsg"><b>Kimden:</b> Noor</div><div>{OLD}</div>',
    "outlook mobile": f'<div>{NEW}</div><div id="mail-editor-reference-message-container"><div>Noor</div><div>{OLD}</div></div>',
    "outlook for mac": f'<div>{NEW}</div><span id="OutlookMessageHeader"></span><div>Noor</div><div>{OLD}</div>',
    "apple": f'<div>{NEW}</div><div><br><blockquote type="cite"><div>On 4 May 2026, at 08:00, Noor &lt;noor@quay.example&gt; wrote:</div><div>{OLD}</div></blockquote></div>',
    "thunderbird": f'<p>{NEW}</p><div class="moz-cite-prefix">Le 04/05/2026, Noor a répondu ceci :<br></div><blockquote type="cite">{OLD}</blockquote>',
    "yahoo": f'<div>{NEW}</div><div id="yahoo_quoted_123" class="yahoo_quoted"><div>Maandag 4 mei, Noor:</div><div>{OLD}</div></div>',
    "proton": f'<div>{NEW}</div><div class="protonmail_quote">On Monday, May 4th, 2026 at 8:00 AM, Noor &lt;noor@quay.example&gt; wrote:<br><blockquote class="protonmail_quote">{OLD}</blockquote></div>',
}


def _read(html, lore, **known):
    page = html_to_text(html)
    return split(page.text, lore, older=page.older, **known)


@pytest.mark.parametrize("html", ANSWERS.values(), ids=ANSWERS)
def test_the_markup_of_the_program_parts_new_from_old(html, lore):
    parts = _read(html, lore)

    assert parts.fresh == NEW
    assert OLD in parts.quoted


def test_answers_inside_a_gmail_quote_stay_fresh(lore):
    html = (
        '<div class="gmail_quote"><div class="gmail_attr">On 4 May 2026 Noor &lt;noor@quay.example&gt; wrote:</div>'
        "<blockquote>Are the nets dry?</blockquote><div>Quite dry.</div>"
        "<blockquote>And the sails?</blockquote><div>Wet.</div></div>"
    )

    parts = _read(html, lore)

    assert parts.fresh.split("\n\n") == ["Quite dry.", "Wet."]
    assert "sails" in parts.quoted


@pytest.mark.parametrize(
    "html",
    [
        '<div>For you.</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: Noor<br>Subject: nets<br></div>Are the nets dry?</div>',
        '<div>For you.</div><div id="divRplyFwdMsg"><b>From:</b> Noor<br><b>Sent:</b> Monday<br><b>Subject:</b> nets</div><div>Are the nets dry?</div>',
    ],
    ids=["gmail", "outlook"],
)
def test_what_a_page_passes_on_is_forwarded(html, lore):
    parts = _read(html, lore, forward=True)

    assert (parts.fresh, parts.quoted) == ("For you.", "")
    assert OLD in parts.forwarded


@pytest.mark.parametrize(
    "html",
    [
        '<div>Come at six.</div><div class="gmail_signature">Noor Vis<br>Harbour office</div>',
        '<div>Come at six.</div><div class="gmail_signature">-- <br>Noor Vis<br>Harbour office</div>',
        '<p>Come at six.</p><pre class="moz-signature">-- \nNoor Vis\nHarbour office</pre>',
        '<div>Come at six.</div><div id="Signature"><p>Noor Vis</p><p>Harbour office</p></div>',
        '<div>Come at six.</div><div class="protonmail_signature_block-user">Noor Vis<br>Harbour office</div>',
    ],
    ids=["gmail", "gmail with dashes", "thunderbird", "outlook", "proton"],
)
def test_a_signature_that_the_program_names(html, lore):
    parts = _read(html, lore)

    assert parts.fresh == "Come at six."
    assert "Harbour office" in parts.signature
