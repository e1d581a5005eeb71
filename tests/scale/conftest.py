"""What several computers share: a server that speaks S3."""

from collections.abc import Iterator

import pytest
from s3_server import running_s3


@pytest.fixture
def bucket_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty place for blobs, told of by the environment, which processes inherit."""
    with running_s3("studio") as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield "s3://studio/blobs"
