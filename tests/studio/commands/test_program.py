import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from studio.settings import Settings

PROGRAM = Path(__file__).parents[3] / "app.py"
COMMANDS = (
    "serve",
    "ingest",
    "draft",
    "retrain",
    "retrain-drafter",
    "models",
    "export",
    "predict",
    "evaluate",
    "users",
    "backup",
    "restore",
    "doctor",
    "collect",
)


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


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_examples(run, command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"Examples:\n    python app.py {command if command != 'serve' else ''}".rstrip() in result.stdout


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
