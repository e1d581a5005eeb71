"""Which program made a version: the commit of a checkout, else the number of the release."""

import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

from matting_core import __version__

PROGRAM_FOLDER = Path(__file__).parent.parent
PATIENCE_SECONDS = 10


@lru_cache(maxsize=1)
def code_version() -> str:
    """``0.1.0+ca547cd12f3a`` in a checkout of this program, with ``-dirty`` where it was changed; else ``0.1.0``."""
    top = _git("rev-parse", "--show-toplevel")
    if not top or Path(top).resolve() != PROGRAM_FOLDER.resolve():  # another repository, in which a copy lies
        return __version__
    commit = _git("describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")
    return f"{__version__}+{commit}" if commit else __version__


def _git(*arguments: str) -> str | None:
    program = shutil.which("git")
    if program is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603  (no word of it comes from outside)
            [program, "-C", str(PROGRAM_FOLDER), *arguments],
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
