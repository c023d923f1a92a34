"""The command line itself: help that says the consequence, errors that say what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from repliquette.cli import COMMANDS, main
from repliquette.errors import Exit
from support.program import Program


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path / "home")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(name):
    text = CliRunner().invoke(main, [name, "--help"]).output

    if name == "rules":
        text = CliRunner().invoke(main, [name, "check", "--help"]).output
    assert "Example: repliquette" in text
    assert len(text.splitlines()) > 5


def test_help_and_readme_name_the_same_commands(root):
    """A command that the README does not know, or the other way round, is a mistake in one of them."""
    readme = (root / "README.md").read_text("utf-8")
    table = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", readme, re.MULTILINE))

    assert table == {name: line for name, (_, line) in COMMANDS.items()}
    listed = CliRunner().invoke(main, ["--help"]).output
    assert all(re.search(rf"^  {name} ", listed, re.MULTILINE) for name in COMMANDS)


def test_the_version():
    assert re.fullmatch(r"repliquette, version \d+\.\d+\.\d+\n", CliRunner().invoke(main, ["--version"]).output)


@pytest.mark.parametrize("words", [["owed"], ["sync"], ["show", "c1"], ["pair"], ["digest"]], ids=" ".join)
def test_without_a_mailbox_the_next_step_is_told(program, words):
    ran = program(*words)

    assert ran.code == Exit.SETTINGS
    assert "no mailbox yet" in ran.err
    assert "repliquette setup" in ran.err
    assert ran.out == ""


def test_an_unknown_provider_asks_for_the_server(program):
    ran = program("setup", "kim@nowhere.example")

    assert ran.code == Exit.SETTINGS
    assert "--host" in ran.err


def test_an_unreachable_server(program, free_port):
    ran = program(
        "setup", "kim@nowhere.example", "--host", "127.0.0.1", "--port", str(free_port), "--password-command", "echo x"
    )

    assert ran.code == Exit.SERVER
    assert f"127.0.0.1:{free_port}" in ran.err
    assert not (program.home / "settings.toml").exists()


def test_a_password_command_that_fails(program, free_port):
    ran = program(
        "setup", "kim@nowhere.example", "--host", "127.0.0.1", "--port", str(free_port), "--password-command", "false"
    )

    assert ran.code == Exit.LOGIN


def test_a_mistake_in_the_settings_names_file_and_line(program):
    program.home.mkdir()
    (program.home / "settings.toml").write_text('name = "Kim"\ncolor = 1\n', "utf-8")

    ran = program("owed")

    assert ran.code == Exit.SETTINGS
    assert "settings.toml:2: unknown key 'color'" in ran.err


def test_a_bad_rule_file_is_told_with_line_and_caret(program, tmp_path):
    rules = tmp_path / "mine" / "reasons" / "owed"
    rules.mkdir(parents=True)
    (rules / "ask.toml").write_text('id = "ask"\nstanding = "owed"\ncolour = "red"\n', "utf-8")

    ran = program("rules", "check", str(tmp_path / "mine"))

    assert ran.code == Exit.RULES
    assert "ask.toml:" in ran.err
    assert "^" in ran.err


def test_a_file_that_cannot_be_written(program, tmp_path):
    cases = tmp_path / "none.jsonl"
    cases.write_text("", "utf-8")

    ran = program("eval", str(cases), "--predictions", str(tmp_path / "no" / "such" / "folder.jsonl"))

    assert ran.code == Exit.FAILED
    assert "No such file or directory" in ran.err
    assert "Traceback" not in ran.err


def test_the_shipped_rules_are_well(program):
    ran = program("rules", "check")

    assert ran.code == 0
    assert "25 reasons" in ran.err


def test_rules_list_and_explain(program):
    listed = program("rules", "list", "--json").data
    explained = program("rules", "explain", "courteous_no")

    assert len(listed) == 25
    assert "owed a courteous no" in explained.out
    assert program("rules", "explain", "nonsense").code == Exit.UNKNOWN


def test_a_wide_bind_is_not_even_an_option(program):
    """S1: there is no --host."""
    ran = program("serve", "--host", "0.0.0.0")

    assert ran.code == Exit.USAGE
    assert "--host" in ran.err


MAIL = b"From: Ana <ana@client.example>\r\nTo: kim@nowhere.example\r\nDate: Mon, 2 Mar 2026 09:00:00 +0000\r\n\r\nDone."


def archive(tmp_path) -> Path:
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "1.eml").write_bytes(MAIL)
    return folder


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["kim@nowhere.example", "--host", "h", "--password-command", "echo 'x"], "--password-command"),
        (["kim-at-nowhere", "--host", "h", "--password-command", "echo x"], "'kim-at-nowhere' is no mail address"),
    ],
    ids=["open_quote", "no_address"],
)
def test_setup_looks_at_what_it_is_given(program, words, says):
    ran = program("setup", *words)

    assert ran.code == Exit.SETTINGS
    assert says in ran.err
    assert not program.home.exists()


def test_an_archive_without_mail_is_not_remembered(program, tmp_path):
    (tmp_path / "empty").mkdir()

    ran = program("setup", "kim@nowhere.example", "--archive", str(tmp_path / "empty"))

    assert ran.code == Exit.UNKNOWN
    assert not (program.home / "settings.toml").exists()


def test_a_list_that_was_narrowed_to_nothing_does_not_say_caught_up(program, tmp_path):
    program("setup", "kim@nowhere.example", "--archive", str(archive(tmp_path)))

    everything, narrowed, stranger = (
        program("owed"),
        program("owed", "--search", "x"),
        program("owed", "--account", "b@c"),
    )

    assert "All caught up" in everything.err
    assert "All caught up" not in narrowed.err
    assert stranger.code == Exit.SETTINGS
    assert "no account for b@c" in stranger.err


def test_a_file_that_cannot_be_written_is_told(program, tmp_path):
    program("setup", "kim@nowhere.example", "--archive", str(archive(tmp_path)))

    ran = program("digest", "--html", str(tmp_path / "nowhere" / "week.html"))

    assert ran.code == Exit.FAILED
    assert ran.err.startswith("Error: ")
    assert str(tmp_path / "nowhere" / "week.html") in ran.err


def test_words_of_ones_own_are_not_dropped_in_silence(program):
    ran = program("draft", "c1", "--body", "-", given="Dear Ana")

    assert ran.code == Exit.USAGE
    assert "--save" in ran.err


def test_a_folder_without_rules_is_not_praised(program, tmp_path):
    assert program("rules", "check", str(tmp_path)).code == Exit.UNKNOWN


def test_ctrl_c_says_that_nothing_was_lost(tmp_path, monkeypatch):
    (tmp_path / "mail").mkdir()
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text(
        f'[[account]]\naddress = "kim@x.example"\narchive = "{tmp_path / "mail"}"\n', "utf-8"
    )

    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("repliquette.cli.session.Session.sync", stopped)

    result = CliRunner().invoke(main, ["--home", str(home), "sync"])

    assert result.exit_code == 130
    assert "Nothing was lost" in result.stderr
