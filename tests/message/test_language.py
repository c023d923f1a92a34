"""The language of a text, or an honest "unsure"."""

from __future__ import annotations

import pytest

from repliquette.message.language import guess


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Could you send the plan to me before we meet?", "en"),
        ("Könnten Sie mir bitte den Plan schicken, bevor wir uns treffen?", "de"),
        ("Pouvez-vous envoyer le plan avant que nous nous voyions ?", "fr"),
        ("¿Me puede enviar el plano para que lo vea con los vecinos?", "es"),
        ("Può mandarmi il piano con la data della riunione?", "it"),
        ("Kunt u het plan naar mij sturen, dan kijk ik er met de buren naar?", "nl"),
        ("Ok.", ""),
        ("", ""),
        ("12345 67890", ""),
    ],
)
def test_guess(text, language, lore):
    assert guess(text, lore) == language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("明日の午後に伺います。", "ja"),
        ("내일 오후에 뵙겠습니다.", "ko"),
        ("我明天下午过来。", "zh"),
        ("Could you ask 田中さん whether the boat is with us, and when it will be in the harbour?", "en"),
    ],
    ids=["japanese", "korean", "chinese", "a name in another script"],
)
def test_scripts_tell_a_language(text, code, lore):
    assert guess(text, lore) == code
