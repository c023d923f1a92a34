"""Rule files: every mistake is told with its file, its line and a caret."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ConfigDict

from repliquette.errors import RuleError
from repliquette.limits import RULE_FILE_BYTES
from repliquette.rulebook.files import read, shipped_rules, toml_files


class Signal(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    weight: float = 1.0


class File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    signal: list[Signal] = []


def refused(tmp_path, text):
    path = tmp_path / "rule.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(RuleError) as caught:
        read(path, File)
    assert str(path) in str(caught.value)
    return caught.value


def test_a_good_file(tmp_path):
    path = tmp_path / "rule.toml"
    path.write_text('id = "x"\n[[signal]]\nid = "a"\n', "utf-8")

    assert read(path, File) == File(id="x", signal=[Signal(id="a")])


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('id = "x"\ncolour = "red"\n', 2, "unknown key 'colour'"),
        ('id = "x"\n[[signal]]\nid = "a"\n[[signal]]\nid = "b"\nwait = 2\n', 6, "unknown key 'wait'"),
        ('id = "x"\n[[signal]]\nid = "a"\nweight = "heavy"\n', 4, "weight"),
        ('id = "x\n', 1, "Illegal character"),
        ("[[signal]]\nid = 'a'\n", 1, "id"),
    ],
)
def test_mistakes_point_at_their_line(tmp_path, text, line, says):
    error = refused(tmp_path, text)

    assert error.line == line
    assert says in error.what
    assert "^" in error.what
    assert error.hint


def test_a_file_that_is_no_text(tmp_path):
    path = tmp_path / "rule.toml"
    path.write_bytes(b"\xff\xfe")

    with pytest.raises(RuleError, match="cannot be read"):
        read(path, File)


@pytest.mark.parametrize(("size", "fits"), [(RULE_FILE_BYTES, True), (RULE_FILE_BYTES + 1, False)])
def test_a_file_may_be_so_large(tmp_path, size, fits):
    path = tmp_path / "rule.toml"
    path.write_text('id = "x"\n#'.ljust(size, "#"), "utf-8")

    if fits:
        assert read(path, File).id == "x"
    else:
        with pytest.raises(RuleError, match="larger than"):
            read(path, File)


def test_the_shipped_rules_are_found():
    assert {p.parent.name for p in toml_files(shipped_rules())} >= {"owed", "awaiting", "settled", "en"}
