import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.main import get_command

from studio.commands import main, program
from studio.commands.options import no_studio
from studio.settings import Settings

PROGRAM = Path(__file__).parents[3] / "app.py"
COMMANDS = (
    "serve",
    "worker",
    "workers",
    "ingest",
    "draft",
    "retrain",
    "retrain-drafter",
    "triggers",
    "insights",
    "models",
    "bundle",
    "export",
    "predict",
    "evaluate",
    "users",
    "backup",
    "restore",
    "doctor",
    "collect",
    "pretrain",
    "finetune",
    "review",
    "import",
    "watch",
    "webhooks",
    "pilot",
    "blobs",
)
ALL = [(name,) for name in COMMANDS] + [
    (group, name)
    for group in ("review", "users", "webhooks", "pilot", "blobs")
    for name in get_command(program).commands[group].commands
]
"""Every command as it is called."""


@pytest.fixture
def served(monkeypatch):
    """The settings that the pages were served with; no page is really served."""
    settings: list[Settings] = []
    monkeypatch.setitem(sys.modules, "studio.web", SimpleNamespace(serve=settings.append))
    return settings


def test_help_names_every_command_and_is_quick_as_it_imports_nothing_heavy(tmp_path):
    watch = f"import runpy, sys; sys.argv = ['app.py', '--help']; runpy.run_path({str(PROGRAM)!r}, run_name='__main__')"
    heavy = "import sys; print('LOADED', *({'torch', 'gradio', 'cv2', 'sqlalchemy', 'pymatting'} & set(sys.modules)))"
    plain = subprocess.run(
        [sys.executable, PROGRAM, "--help"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert all(f"\n  {command} " in plain.stdout for command in COMMANDS)
    assert list(tmp_path.iterdir()) == []
    code = f"try:\n    {watch}\nexcept SystemExit:\n    {heavy}"
    environment = {**os.environ, "PYTHONPATH": str(PROGRAM.parent)}
    loaded = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert loaded.stdout.splitlines()[-1].strip() == "LOADED"


def test_the_commands_of_this_test_are_all_that_there_are():
    assert set(COMMANDS) == set(get_command(program).commands)


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_every_command_says_in_a_line_what_it_does_and_has_examples(run, command):
    result = run(*command, "--help")
    assert result.exit_code == 0
    usage, nothing, summary = result.stdout.splitlines()[:3]
    assert usage.startswith("Usage: ")
    assert nothing == ""
    assert re.fullmatch(r"  [A-Z].*", summary)
    assert (
        f"Examples:\n    python app.py {' '.join(command) if command != ('serve',) else ''}".rstrip() in result.stdout
    )


def test_in_its_own_folder_the_program_is_called_as_it_was_started():
    help_ = subprocess.run([sys.executable, PROGRAM, "review", "--help"], capture_output=True, text=True, check=True)
    assert help_.stdout.startswith("Usage: python app.py review ")
    assert "    python app.py review list" in help_.stdout
    assert "matteloop" not in help_.stdout


def test_once_installed_its_texts_call_it_by_that_name(monkeypatch, capsys):
    for arguments in (["--help"], ["draft", "--help"], ["review", "approve", "--help"]):
        monkeypatch.setattr(sys, "argv", ["matteloop", *arguments])
        with pytest.raises(SystemExit):
            main()
        told = capsys.readouterr().out
        assert told.startswith("Usage: matteloop ")
        assert "python app.py" not in told
    assert "matteloop review approve 12" in told


def test_no_command_serves_with_the_settings_of_the_environment(run, served, monkeypatch):
    monkeypatch.setenv("MATTELOOP_PORT", "8001")
    assert run().exit_code == 0
    assert [(settings.port, settings.host) for settings in served] == [(8001, "127.0.0.1")]


@pytest.mark.parametrize("command", [(), ("serve",)])
def test_options_of_serve_replace_the_environment(run, served, monkeypatch, command):
    monkeypatch.setenv("MATTELOOP_PORT", "8001")
    result = run(*command, "--port", 0, "--host", "::1", "--data-dir", "elsewhere")
    assert result.exit_code == 0, result.output
    assert [(s.port, s.host, s.data_dir) for s in served] == [(0, "::1", Path("elsewhere"))]


def test_with_accounts_the_studio_may_listen_to_others(run, served):
    result = run("serve", "--accounts", "--host", "0.0.0.0")  # noqa: S104
    assert result.exit_code == 0, result.output
    assert [(s.accounts, s.host) for s in served] == [(True, "0.0.0.0")]  # noqa: S104


def test_a_setting_out_of_range_is_one_sentence_each_and_nothing_is_served(run, served):
    result = run("serve", "--port", 99999, "--host", "0.0.0.0")  # noqa: S104
    assert (result.exit_code, served, result.stdout) == (1, [], "")
    host, port = sorted(result.stderr.splitlines())
    assert host.startswith("error: the setting host (MATTELOOP_HOST) cannot be '0.0.0.0': without accounts the")
    assert port == (
        "error: the setting port (MATTELOOP_PORT) cannot be '99999': input should be less than or equal to 65535"
    )


def test_an_error_of_the_operating_system_names_the_file(run, served, monkeypatch):
    def refuse(_settings):
        raise PermissionError(13, "Permission denied", "locked.png")

    monkeypatch.setattr(sys.modules["studio.web"], "serve", refuse)
    result = run("serve")
    assert (result.exit_code, result.stderr) == (1, "error: locked.png: Permission denied\n")


def test_a_fault_of_the_program_is_not_hidden(run, served, monkeypatch):
    def fail(_settings):
        raise OSError("something within")

    monkeypatch.setattr(sys.modules["studio.web"], "serve", fail)
    assert isinstance(run("serve").exception, OSError)


@pytest.mark.parametrize(
    "command",
    [
        ("draft",),
        ("worker",),
        ("review", "list"),
        ("review", "approve", "1"),
        ("review", "approve", "--all-sure", "--project", "General"),
        ("retrain",),
        ("retrain", "--dry-run"),
        ("retrain-drafter",),
        ("triggers",),
        ("models",),
        ("export", "out.zip"),
        ("backup", "disk"),
        ("doctor",),
        ("collect",),
    ],
)
def test_commands_on_a_studio_do_not_create_one(run, tmp_path, command):
    result = run(*command, "--data-dir", "mistyped")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: there is no studio in mistyped: ")
    assert list(tmp_path.iterdir()) == []


def test_where_the_tables_lie_on_a_server_no_studio_is_said_of_that_and_of_no_folder():
    settings = Settings(_env_file=None, database_url="postgresql://me:secret@nowhere/there")
    assert "MATTELOOP_DATABASE_URL" in str(no_studio(settings))
    assert "secret" not in str(no_studio(settings))
    assert "studio-data: name the right folder" in str(no_studio(Settings(_env_file=None)))
