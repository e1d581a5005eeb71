"""Requests about one image, as the canvas editor sends them."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from annotation_store.records import ImageRecord

Send = Callable[..., Response]


@pytest.fixture
def place(client: TestClient, drafted_image: ImageRecord) -> Callable[[], dict[str, int]]:
    """Where the drafted image stands now."""

    def find() -> dict[str, int]:
        body = client.get(f"/api/v1/images/{drafted_image.id}").json()
        return {"revision": body["revision"], "position": body["position"]}

    return find


@pytest.fixture
def post(client: TestClient, drafted_image: ImageRecord) -> Send:
    """``post("undo", body)``: to the drafted image."""
    return lambda what, body=None: client.post(f"/api/v1/images/{drafted_image.id}/{what}", json=body or {})
