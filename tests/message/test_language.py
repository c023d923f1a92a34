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
