"""Places in object stores: in memory for speed, and on the server that speaks S3."""

from pathlib import Path

import pytest
from obstore.store import MemoryStore

from annotation_store.buckets.blob_bucket import BlobBucket
from annotation_store.buckets.blob_cache import BlobCache
from annotation_store.buckets.objects import ObstoreObjects


@pytest.fixture
def in_memory() -> ObstoreObjects:
    return ObstoreObjects("s3://memory/studio", MemoryStore())


@pytest.fixture(params=["memory", "s3"])
def objects(request: pytest.FixtureRequest) -> ObstoreObjects:
    if request.param == "memory":
        return request.getfixturevalue("in_memory")
    return ObstoreObjects(request.getfixturevalue("s3"))


@pytest.fixture
def bucket(objects: ObstoreObjects, tmp_path: Path) -> BlobBucket:
    return BlobBucket(objects, BlobCache(tmp_path / "cache", room=0))
