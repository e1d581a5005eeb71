import re
import subprocess

from matting_core import __version__
from training import code_version as module


def test_a_release_tells_its_number_and_a_checkout_its_commit_as_well():
    module.code_version.cache_clear()
    assert re.fullmatch(rf"{re.escape(__version__)}(\+[0-9a-f]{{7,40}}(-dirty)?)?", module.code_version())


def test_a_copy_inside_another_repository_is_no_checkout_of_this_program(tmp_path, monkeypatch):
    (tmp_path / "vendored").mkdir()
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    monkeypatch.setattr(module, "PROGRAM_FOLDER", tmp_path / "vendored")
    module.code_version.cache_clear()
    assert module.code_version() == __version__
    module.code_version.cache_clear()


def test_no_git_is_no_reason_to_fail(monkeypatch):
    monkeypatch.setattr(module.shutil, "which", lambda _name: None)
    module.code_version.cache_clear()
    assert module.code_version() == __version__
    module.code_version.cache_clear()
