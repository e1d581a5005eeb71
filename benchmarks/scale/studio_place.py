"""A studio that several processes share, as several computers would: tables on PostgreSQL, blobs in one place.

Every process has a data folder of its own. Blobs lie in a folder to which those of all data folders lead, as a share
on the network does, or on a server that speaks S3, which is moto's and no measure of a real one's speed.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from annotation_store.store import BLOB_FOLDER, Store, open_store
from training.built_in_models import register_built_in_models

BUCKET = "studio"
KEYS = {
    "AWS_ACCESS_KEY_ID": "benchmark",
    "AWS_SECRET_ACCESS_KEY": "benchmark",
    "AWS_REGION": "us-east-1",
    "AWS_ALLOW_HTTP": "true",
}


@dataclass(frozen=True, slots=True)
class StudioPlace:
    """root: below which the data folders lie. blob_url: empty for the shared folder."""

    root: Path
    database_url: str
    blob_url: str

    def data_folder(self, name: str) -> Path:
        """One of a process; made if it is not there."""
        folder = self.root / name
        folder.mkdir(parents=True, exist_ok=True)
        if not self.blob_url and not (folder / BLOB_FOLDER).exists():
            shared = self.root / "shared-blobs"
            shared.mkdir(exist_ok=True)
            (folder / BLOB_FOLDER).symlink_to(shared, target_is_directory=True)
        return folder

    def environment(self, name: str, **settings: str) -> dict[str, str]:
        """Of a process that is called so: the settings of this studio, and `settings`, by their names in capitals."""
        given = {
            "DATA_DIR": str(self.data_folder(name)),
            "DATABASE_URL": self.database_url,
            "BLOB_URL": self.blob_url,
            "JOBS_URL": self.database_url,
        }
        plain = {name: value for name, value in os.environ.items() if not name.startswith("MATTELOOP_")}
        return plain | {f"MATTELOOP_{key}": value for key, value in (given | settings).items()}

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The benchmark's own way in."""
        store = open_store(self.data_folder("benchmark"), database_url=self.database_url, blob_url=self.blob_url)
        try:
            yield store
        finally:
            store.database.close()


@contextmanager
def new_studio(root: Path, *, server_url: str, endpoint: str | None) -> Iterator[StudioPlace]:
    """With the shipped models and nothing else. server_url: of a database from which others may be made; endpoint: of a
    server of S3, if blobs are to lie there."""
    name = f"studio_{root.name.replace('-', '_')}"
    _run(server_url, f"CREATE DATABASE {name}")
    blob_url = "" if endpoint is None else f"s3://{BUCKET}/{name}"
    place = StudioPlace(root, _sibling(server_url, name), blob_url)
    try:
        with place.store() as store:
            register_built_in_models(store)
        yield place
    finally:
        _run(server_url, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def own_bucket() -> Iterator[str]:
    """The endpoint of a server of S3 with a bucket, which processes find by the environment."""
    try:
        import boto3
        from moto.server import ThreadedMotoServer
    except ImportError:
        sys.exit("Blobs on S3 need a server of its own: pip install -r requirements-dev.txt")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    os.environ.update(KEYS | {"AWS_ENDPOINT_URL": endpoint})
    try:
        boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=BUCKET)
        yield endpoint
    finally:
        server.stop()


def _sibling(server_url: str, name: str) -> str:
    from sqlalchemy import make_url

    url = make_url(server_url).set(drivername="postgresql", database=name)
    return url.render_as_string(hide_password=False)


def _run(server_url: str, statement: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(statement.encode())
