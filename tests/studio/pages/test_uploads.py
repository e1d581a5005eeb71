"""What happens to files on their way through Gradio, before the studio sees them."""

import errno

import pytest
from fastapi.testclient import TestClient

PHOTO = {"files": ("cup_1.png", b"photo")}


def test_an_upload_that_finds_no_room_is_told_in_words(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fill_the_disk(*_given: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("gradio.routes.upload_fn", fill_the_disk)
    answer = client.post("/gradio_api/upload", files=PHOTO)
    assert answer.status_code == 507
    assert "make room" in answer.json()["detail"]
    assert answer.json()["code"] == "store_full"


def test_another_fault_of_an_upload_stays_one(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_given: object, **_named: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("gradio.routes.upload_fn", fail)
    with pytest.raises(OSError, match="Input/output"):
        client.post("/gradio_api/upload", files=PHOTO)
