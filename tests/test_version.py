"""One version number, wherever it stands."""

import tomllib
from pathlib import Path

from matting_core import __version__

ROOT = Path(__file__).parents[1]


def test_the_code_and_the_project_file_agree_on_the_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == __version__


def test_the_changelog_knows_this_version() -> None:
    assert f"[{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
