"""Places in object stores: in memory for speed, and on a server that speaks S3."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from moto.server import ThreadedMotoServer
from obstore.store import MemoryStore

from annotation_store.buckets.blob_bucket import BlobBucket
from annotation_store.buckets.blob_cache import BlobCache
from annotation_store.buckets.objects import ObstoreObjects

SECRET = "wJalrXUtnFEMI"  # noqa: S105


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The address of a place of its own on the server, told of by the environment as a person would."""
    environment = {
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": s3_server,
        "AWS_ALLOW_HTTP": "true",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    httpx.put(f"{s3_server}/photos").raise_for_status()
    return f"s3://photos/{abs(hash(request.node.nodeid))}"


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
