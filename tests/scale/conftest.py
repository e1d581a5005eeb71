"""What several computers share: a studio on PostgreSQL, and a server that speaks S3."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from s3_server import running_s3

from annotation_store.store import Store, open_store
from training.built_in_models import register_built_in_models


@pytest.fixture
def bucket_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty place for blobs, told of by the environment, which processes inherit."""
    with running_s3("studio") as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield "s3://studio/blobs"


@pytest.fixture
def store(tmp_path: Path, postgresql_url: str) -> Iterator[Store]:
    """The studio's, seen from a third computer, whose blobs the others have mounted."""
    opened = open_store(tmp_path / "third", database_url=postgresql_url)
    register_built_in_models(opened)
    yield opened
    opened.database.close()
