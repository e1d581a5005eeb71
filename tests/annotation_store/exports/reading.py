"""Exports read by others: put down as files, and the examples of docs/formats run beside them."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

FORMATS = Path(__file__).parents[3] / "docs" / "formats"


def put_down(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write an export into a folder; returns it."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def run_example(page: str, folder: Path) -> str:
    """Run the page's one example in a folder, without this project in reach; returns what it prints."""
    (example,) = re.findall(r"```python\n(.*?)```", (FORMATS / page).read_text(encoding="utf-8"), re.DOTALL)
    environment = {"PATH": "", "HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "hub"), "HOME": str(folder)}
    run = subprocess.run(
        [sys.executable, "-c", example], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout
