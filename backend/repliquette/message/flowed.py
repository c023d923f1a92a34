"""Flowed text (RFC 3676): lines that end in a space go on; quote marks and "-- " keep their meaning."""

from __future__ import annotations

import re

_QUOTE = re.compile(r">*")


def unflowed(text: str, *, delete_space: bool = False) -> str:
    """Join soft line ends within one quote depth; `delete_space` is the parameter DelSp."""
    out: list[str] = []
    open_depth = -1
    for raw in text.replace("\r\n", "\n").split("\n"):
        depth = len(_QUOTE.match(raw)[0])  # type: ignore[index] # the pattern matches every string
        line = raw[depth:].removeprefix(" ")
        if open_depth == depth and line != "-- ":
            out[-1] += line
        else:
            out.append(">" * depth + (" " if depth and line else "") + line)
        soft = line.endswith(" ") and line != "-- "
        if soft and delete_space:
            out[-1] = out[-1][:-1]
        open_depth = depth if soft else -1
    return "\n".join(out)
