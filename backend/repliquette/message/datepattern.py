"""The date shapes of one language as one pattern, built from the word lists of its lexicon.

The words are escaped literals and every repetition is bounded or stands alone, so
the pattern takes linear time on any text.  `dateshapes` gives the groups their meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from repliquette.message.lexicon import DateWords
from repliquette.rulebook.normal import normalise

# "1º" is "1o" and "1ª" is "1a" once normalised.
_ORDINAL = r"(?:st|nd|rd|th|er|re|[eoa](?!\w)|°|\.)?"
_NO_CLOCK = r"(?![\d:/.,]\d|\w|\s*(?:%|uhr\b|h\b|am\b|pm\b|[ap]\.m|\w*(?:jahr|year|person|leute|people|ans\b|años)))"


def date_pattern(words: DateWords) -> re.Pattern[str]:
    """All shapes, the longest first, at the border of a word."""
    joint = rf"(?:{either(words.joints)}\s+)?"
    shapes = (*_dated(words, joint), *_relative(words, joint), *_weekdays(words, joint))
    return re.compile(r"(?<![\w/])(?:" + "|".join(shapes) + ")")


def _dated(words: DateWords, joint: str) -> tuple[str, ...]:
    month, to = either(word for names in words.months for word in names), either(words.range)
    year = rf"(?:(?:,?\s*|-){joint}(?P<yearN>(?:19|20)\d\d)\b)?"
    return (
        r"(?P<iso>\d{4}-\d\d-\d\d)",
        rf"(?P<from1>\d{{1,2}}){_ORDINAL}\s*{to}\s*{joint}(?P<to1>\d{{1,2}}){_ORDINAL}\s+{joint}(?P<month1>{month})\b{year.replace('N', '1')}",
        rf"(?P<month4>{month})\.?\s+(?P<from4>\d{{1,2}}){_ORDINAL}\s*{to}\s*(?P<to4>\d{{1,2}}){_ORDINAL}(?!\d|[:/]){year.replace('N', '4')}",
        rf"(?P<day2>\d{{1,2}}){_ORDINAL}(?:\s*|-){joint}(?P<month2>{month})\b\.?{year.replace('N', '2')}",
        rf"(?P<month3>{month})\b\.?\s*{joint}(?P<day3>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|[:/]\d){year.replace('N', '3')}",
        r"(?P<a>\d{1,2})(?P<sep>[./-])(?P<b>\d{1,2})(?:(?P=sep)(?P<c>(?:19|20)?\d\d)(?!\d)|\.|(?=\D|$))(?!\d)",
    )


def _relative(words: DateWords, joint: str) -> tuple[str, ...]:
    month, period = either(word for names in words.months for word in names), either((*words.week, *words.month))
    following, this = either(words.next), either(words.this)
    count, unit = (
        either(word for names in words.numbers for word in names),
        either((*words.day, *words.week, *words.month)),
    )
    weekday = either(word for names in words.weekdays for word in names)
    return (
        rf"{either(words.end_of)}\s+{joint}(?:(?P<end_month>{month})|(?:(?P<end_next>{following})\s+)?(?:{this}\s+)?{joint}(?P<end_unit>{period}))\b",
        rf"{either(words.in_)}\s+(?P<count>\d{{1,3}}|{count})\s+(?P<unit>{unit})\b",
        rf"{following}\s+(?:(?P<next_unit>{period})|(?P<next_day>{weekday}))\b",
        rf"{this}\s+(?P<this_unit>{period})\b",
        rf"(?P<next_unit2>{period})\s+{following}\b",
        rf"(?P<after_tomorrow>{either(words.after_tomorrow)})\b",
        rf"(?P<tomorrow>{either(words.tomorrow)})\b",
        rf"(?P<today>{either(words.today)})\b",
    )


def _weekdays(words: DateWords, joint: str) -> tuple[str, ...]:
    weekday = either(word for names in words.weekdays for word in names)
    return (
        rf"(?P<weekday>{weekday})\b(?:\.?,?\s*{joint}(?P<day4>\d{{1,2}}){_ORDINAL}{_NO_CLOCK}{_no_month(words, joint)})?",
        rf"{either(words.joints)}\s+(?P<day5>\d{{1,2}})(?:st|nd|rd|th)?{_NO_CLOCK}{_no_month(words, joint)}",
    )


def _no_month(words: DateWords, joint: str) -> str:
    """Neither "4 de mayo" nor "13 au 31 juillet" is a day of the month alone."""
    month, to = either(word for names in words.months for word in names), either(words.range)
    return rf"(?!{_ORDINAL}\s*(?:{to}\s*{joint}\d{{1,2}}{_ORDINAL}\s*)?{joint}{month}\b)"


def either(words: Iterable[str]) -> str:
    """Any of the words, the longest first; nothing at all where there are none."""
    longest_first = sorted((normalise(word) for word in words), key=len, reverse=True)
    return "(?:" + ("|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first) or "(?!)") + ")"
