"""Completion as a shell asks for it: by environment variables, of a program of one word on the PATH."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_images import draft

from annotation_store import projects
from annotation_store.projects import create_project
from studio.commands import main
from training.built_in_models import register_built_in_models

ROOT = Path(__file__).parents[3]


@pytest.fixture
def complete(monkeypatch, capsys):
    """``complete("draft --")``: what a bash is told that completes the last word of this line."""

    def ask(line):
        words = f"matteloop {line}"
        monkeypatch.setenv("_MATTELOOP_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
        monkeypatch.setattr(sys, "argv", ["matteloop"])
        with pytest.raises(SystemExit):
            main()
        return capsys.readouterr().out.split()

    return ask


def test_commands_and_options_are_completed(complete):
    assert complete("re") == ["retrain", "retrain-drafter", "restore", "review"]
    assert complete("review re") == ["return", "reopen"]
    assert "--json" in complete("draft --")
    assert complete("review list --state in_") == ["in_correction", "in_review"]


def test_names_that_the_studio_knows_are_completed(complete, store):
    register_built_in_models(store)
    create_project(store, "Glass", by="ren")
    draft(store, "cup_1.png", 1)
    assert complete("ingest --project G") == ["General", "Glass"]
    assert complete("models --use comp") == ["compact"]
    assert complete("review approve cu") == ["cup_1.png"]


def test_the_studio_is_the_one_that_the_line_names(complete, store, tmp_path):
    create_project(store, "Glass", by="ren")
    (tmp_path / "studio-data").rename(tmp_path / "elsewhere")
    assert complete("ingest --project G") == []
    assert complete("ingest --data-dir elsewhere --project Gl") == ["Glass"]


def test_without_a_studio_shipped_models_are_known_and_none_is_made(complete, tmp_path):
    assert "closed-form" in complete("predict --model c")
    assert list(tmp_path.iterdir()) == []


def test_whatever_goes_wrong_nothing_is_said(complete, store, monkeypatch):
    monkeypatch.setattr(projects, "list_projects", None)
    assert complete("ingest --project G") == []
    monkeypatch.setenv("MATTELOOP_PORT", "none")
    assert complete("ingest --project G") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_script(shell):
    code = "from studio.commands import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "_MATTELOOP_COMPLETE": f"source_{shell}"}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "_MATTELOOP_COMPLETE" in told.stdout


def test_in_its_own_folder_the_program_does_not_offer_what_cannot_work(run):
    assert "--install-completion" not in run("--help").stdout
