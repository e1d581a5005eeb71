"""A server that speaks S3, for tests, in their own process."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from moto.server import ThreadedMotoServer

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI"
FIRST_ANSWER_SECONDS = 120  # the server loads all it knows of S3 when it is first asked


@contextmanager
def running_s3(bucket: str) -> Iterator[dict[str, str]]:
    """What the environment says of a server that has an empty `bucket`, as a person would have set it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        endpoint = "http://{}:{}".format(*server.get_host_and_port())
        httpx.put(f"{endpoint}/{bucket}", timeout=FIRST_ANSWER_SECONDS).raise_for_status()
        yield {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ALLOW_HTTP": "true",
        }
    finally:
        server.stop()
