"""The editor's modules by themselves, by Node's own test runner: one test here for each file in js/."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "js"
OLDEST_NODE = 20


@pytest.fixture(scope="module")
def node() -> str:
    """The path of a Node that is new enough."""
    path = shutil.which("node")
    advice = f"install Node {OLDEST_NODE} or newer (Debian 13: apt-get install nodejs) to run this test"
    if path is None:
        pytest.skip(f"no `node` on the PATH: {advice}")
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(re.match(r"v(\d+)", version)[1]) < OLDEST_NODE:
        pytest.skip(f"`node` is {version}: {advice}")
    return path


@pytest.mark.parametrize("file", sorted(path.name for path in FOLDER.glob("*.test.js")))
def test_the_modules_do_what_their_tests_say(node: str, file: str) -> None:
    result = subprocess.run(
        [node, "--test", "--test-reporter=spec", file], cwd=FOLDER, capture_output=True, text=True, timeout=60
    )

    assert result.returncode == 0, f"\n{result.stdout}{result.stderr}"
    assert re.search(r"^ℹ pass [1-9]", result.stdout, re.MULTILINE), f"no test ran:\n{result.stdout}"
