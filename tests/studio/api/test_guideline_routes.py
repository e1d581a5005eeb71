from datetime import datetime

from studio.guidelines import GUIDELINES_FILE


def test_without_guidelines_the_text_is_empty(client):
    assert client.get("/api/v1/guidelines").json() == {"text": "", "updated_at": None}


def test_guidelines_come_as_they_were_written(client, studio):
    (studio.store.folder / GUIDELINES_FILE).write_text("# Edges\n<b>soft</b>\n", encoding="utf-8")
    body = client.get("/api/v1/guidelines").json()
    assert body["text"] == "# Edges\n<b>soft</b>\n"
    assert datetime.fromisoformat(body["updated_at"]).utcoffset() is not None


def test_guidelines_that_cannot_be_shown_are_refused_in_words(client, studio):
    (studio.store.folder / GUIDELINES_FILE).write_bytes(b"\xff\xfe")
    answer = client.get("/api/v1/guidelines")
    assert answer.status_code == 422
    assert "save them as UTF-8" in answer.json()["detail"]
