"""Rule files found and read; every mistake is told with file, line and a caret.

`rules/` lies beside `backend/` in a checkout and inside the package in a wheel.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from repliquette.errors import RuleError
from repliquette.limits import RULE_FILE_BYTES

Model = TypeVar("Model", bound=BaseModel)

_IN_WHEEL = Path(__file__).parents[1] / "rules"
_IN_CHECKOUT = Path(__file__).parents[3] / "rules"


def shipped_rules() -> Path:
    """The folder of the rules that come with the program."""
    return _IN_WHEEL if _IN_WHEEL.is_dir() else _IN_CHECKOUT


def toml_files(folder: Path) -> list[Path]:
    """The TOML files of a folder and of those below it, in a fixed order."""
    return sorted(folder.rglob("*.toml"))


def read(path: Path, model: type[Model]) -> Model:
    """One file, checked against its model; RuleError names the line of the first mistake."""
    text = _text(path)
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(path, text, error) from error
    except ValidationError as error:
        raise _schema_error(path, text, error) from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > RULE_FILE_BYTES:
            raise RuleError(f"larger than {RULE_FILE_BYTES} bytes", file=path)
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"cannot be read: {error}", file=path) from error


def _syntax_error(path: Path, text: str, error: tomllib.TOMLDecodeError) -> RuleError:
    place = re.search(r"at line (\d+), column (\d+)", str(error))
    line, column = (int(place[1]), int(place[2]) - 1) if place else (len(text.splitlines()), 0)
    source = _line(text, line)
    what = re.sub(r" \(at .*\)$", "", str(error))
    return RuleError(what, file=path, line=line, source=source, column=column, hint="TOML: see docs/rules.md")


def _schema_error(path: Path, text: str, error: ValidationError) -> RuleError:
    first = error.errors()[0]
    is_missing = first["type"] == "missing"
    line = line_of(text, first["loc"][:-1] if is_missing else first["loc"])
    source = _line(text, line)
    key = str(first["loc"][-1]) if first["loc"] else ""
    what = f"unknown key {key!r}" if first["type"] == "extra_forbidden" else f"{key}: {first['msg']}"
    key = "" if is_missing else key
    column = max(source.find(key), 0) if key else 0
    return RuleError(what, file=path, line=line, source=source, column=column, hint="Every key: docs/rules.md")


def _line(text: str, number: int) -> str:
    lines = text.splitlines()
    return lines[number - 1] if 0 < number <= len(lines) else ""


def line_of(text: str, loc: tuple[int | str, ...]) -> int:
    """The line (from 1) where a value of a TOML text stands, as near as its keys tell; 1 if unknown.

    `loc` is pydantic's: keys and indices, such as ("signal", 2, "weight").
    """
    lines = text.splitlines()
    at, index = 0, 0
    while index < len(loc):
        key = loc[index]
        nth = loc[index + 1] if index + 1 < len(loc) and isinstance(loc[index + 1], int) else None
        found = _header(lines, at, str(key), int(nth)) if nth is not None else None
        if found is None:
            found = _assignment(lines, at, str(key))
        index += 1 if nth is None else 2
        at = at if found is None else found
    return at + 1


def _header(lines: list[str], at: int, key: str, nth: int) -> int | None:
    table = re.compile(rf"\s*\[\[\s*{re.escape(key)}\s*\]\]")
    places = [n for n in range(at, len(lines)) if table.match(lines[n])]
    return places[nth] if nth < len(places) else None


def _assignment(lines: list[str], at: int, key: str) -> int | None:
    pattern = re.compile(rf"\s*(?:{re.escape(key)}\s*=|\[\s*{re.escape(key)}\s*\])")
    return next((n for n in range(at, len(lines)) if pattern.match(lines[n])), None)
