"""A case and its verdict compared, key by key of what is expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from repliquette.clock import local_date
from repliquette.evaluation.cases import Case, Expect, VoicemailForm
from repliquette.model import Verdict, Voicemail


@dataclass(frozen=True, slots=True)
class Judged:
    """A case, the verdict on it, and, for each key judged, whether it is right."""

    case: Case
    verdict: Verdict
    right: Mapping[str, bool]

    @property
    def is_right(self) -> bool:
        """Whether all that was expected came out."""
        return all(self.right.values())

    @property
    def due(self) -> date | None:
        """The day on which something is due, in the calendar of the message judged."""
        if self.verdict.due is None:
            return None
        return local_date(self.verdict.due, self.case.owner.time_zone)

    def as_json(self) -> dict[str, Any]:
        """A line of the predictions."""
        verdict, last = self.verdict, self.case.last
        return {
            "id": self.case.id,
            "standing": verdict.standing,
            "reason": verdict.reason,
            "also": [*verdict.also, *sorted(verdict.marks)],
            "confidence": verdict.confidence,
            "return_date": verdict.return_date.isoformat() if verdict.return_date else None,
            "due": self.due.isoformat() if self.due else None,
            "kind": last.kind,
            "voicemail": _voicemail_json(last.voicemail),
            "evidence": [
                {"signal": e.signal, "words": e.words, "where": e.where, "weight": e.weight, "reason": e.reason}
                for e in verdict.evidence
            ],
        }


def compare(case: Case, verdict: Verdict) -> Judged:
    """Judge the keys that `expect` holds."""
    plain = Judged(case, verdict, {})
    keys = case.expect.model_fields_set
    return Judged(case, verdict, {key: check(plain, case.expect) for key, check in _CHECKS.items() if key in keys})


def _same_voicemail(judged: Judged, expect: Expect) -> bool:
    form, seen = expect.voicemail, judged.case.last.voicemail
    if form is None or seen is None:
        return form is None and seen is None
    return all(_same_field(form, seen, key) for key in form.model_fields_set)


def _same_field(form: VoicemailForm, seen: Voicemail, key: str) -> bool:
    """Names regardless of case, numbers by their digits; of a purpose only whether there is one."""
    if key == "duration_s":
        return form.duration_s == seen.duration_s
    expected, found = getattr(form, key) or "", getattr(seen, key)
    if key == "number":
        return re.sub(r"\D", "", expected) == re.sub(r"\D", "", found)
    if key == "purpose":
        return bool(expected) == bool(found)
    return bool(expected.casefold() == found.casefold())


def _voicemail_json(seen: Voicemail | None) -> dict[str, Any] | None:
    if seen is None:
        return None
    return {"caller": seen.caller, "number": seen.number, "duration_s": seen.duration_s, "purpose": seen.purpose}


_CHECKS: dict[str, Callable[[Judged, Expect], bool]] = {
    "standing": lambda j, e: j.verdict.standing is e.standing,
    "standing_in": lambda j, e: j.verdict.standing in e.standing_in,
    "not_standing": lambda j, e: j.verdict.standing is not e.not_standing,
    "reason": lambda j, e: j.verdict.reason is e.reason,
    "not_reason": lambda j, e: j.verdict.reason is not e.not_reason,
    "also": lambda j, e: {*j.verdict.also, *j.verdict.marks}.issuperset(e.also),
    "return_date": lambda j, e: j.verdict.return_date == e.return_date,
    "due": lambda j, e: j.due == e.due,
    "kind": lambda j, e: j.case.last.kind == e.kind,
    "voicemail": _same_voicemail,
}
