"""A program one version newer than this one, for tests: its migrations are ours and one more."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from annotation_store import database, schema_version
from annotation_store.schema_version import MIGRATIONS, newest_revision

NEWER = "9001"


@contextmanager
def newer_program(
    folder: Path, *, upgrade: str, compatible_from: str | None, down_revision: str | None = None
) -> Iterator[None]:
    """Within, this process is a newer program. upgrade: statements of its migration's `upgrade`.

    folder: a new one. compatible_from: what its migration says; None for one that says nothing.
    """
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    says = "" if compatible_from is None else f"compatible_from = {compatible_from!r}\n"
    body = "".join(f"    {line}\n" for line in upgrade.splitlines())
    (folder / "versions" / f"{NEWER}_newer.py").write_text(
        '"""Made up by a test."""\nimport sqlalchemy as sa\nfrom alembic import op\n'
        f"revision = {NEWER!r}\ndown_revision = {(down_revision or newest_revision())!r}\n{says}\n"
        f"def upgrade():\n{body}\ndef downgrade():\n    pass\n"
    )
    with patch.object(schema_version, "MIGRATIONS", folder), patch.object(database, "MIGRATIONS", folder):
        yield
