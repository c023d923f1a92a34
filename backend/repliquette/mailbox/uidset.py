"""Sets of UIDs as IMAP writes them (RFC 9051 §9, sequence-set): "1:3,7"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from repliquette.limits import UIDS_MOST

_RANGE = re.compile(rb"(\d{1,10})(?::(\d{1,10}))?")


@dataclass(frozen=True, slots=True)
class UidSet:
    """Ranges, both ends included, ascending and apart: a server's "1:4294967295" takes no memory."""

    ranges: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, uids: Iterable[int]) -> UidSet:
        """The set of these numbers."""
        return cls(tuple(_joined((uid, uid) for uid in sorted(set(uids)))))

    @classmethod
    def read(cls, words: bytes) -> UidSet:
        """What a server wrote; ValueError for what is no set."""
        found = [_RANGE.fullmatch(word) for word in words.split(b",")]
        if not all(found):
            raise ValueError(f"not a set of UIDs: {words[:100]!r}")
        pairs = ((int(one[1]), int(one[2] or one[1])) for one in found if one)
        return cls(tuple(_joined(sorted((min(pair), max(pair)) for pair in pairs))))

    def below(self, end: int) -> UidSet:
        """The part with numbers smaller than `end`."""
        return UidSet(tuple((low, min(high, end - 1)) for low, high in self.ranges if low < end))

    def __or__(self, other: UidSet) -> UidSet:
        return UidSet(tuple(_joined(sorted((*self.ranges, *other.ranges)))))

    def __bool__(self) -> bool:
        return bool(self.ranges)

    @property
    def count(self) -> int:
        """How many they are; no `len`, which `list` takes for the memory to set aside."""
        return sum(high - low + 1 for low, high in self.ranges)

    def __iter__(self) -> Iterator[int]:
        """Every number, ascending; ValueError where there are more than `limits.UIDS_MOST`."""
        if self.count > UIDS_MOST:
            raise ValueError(f"a set of {self.count} UIDs")
        for low, high in self.ranges:
            yield from range(low, high + 1)

    def __contains__(self, uid: object) -> bool:
        return isinstance(uid, int) and any(low <= uid <= high for low, high in self.ranges)

    def __str__(self) -> str:
        """As in a command."""
        return ",".join(str(low) if low == high else f"{low}:{high}" for low, high in self.ranges)


def _joined(ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Ascending ranges, those that touch as one."""
    held: tuple[int, int] | None = None
    for low, high in ranges:
        if held is None:
            held = (low, high)
        elif low <= held[1] + 1:
            held = (held[0], max(held[1], high))
        else:
            yield held
            held = (low, high)
    if held is not None:
        yield held
