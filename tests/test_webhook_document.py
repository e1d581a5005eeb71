"""What docs/webhooks.md shows is what the studio does."""

import json
import re
import time
from pathlib import Path

from annotation_store.kinds import Happening
from annotation_store.webhooks.deliveries import KEPT_DELIVERED, KEPT_GIVEN_UP, PAUSES
from annotation_store.webhooks.happenings import PING
from annotation_store.webhooks.signatures import new_secret, signed_headers

TEXT = (Path(__file__).parents[1] / "docs" / "webhooks.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_the_example_of_a_receiver_takes_a_message_once_and_no_forged_one() -> None:
    names: dict = {}
    (code,) = blocks("python")
    exec(code, names)  # noqa: S102, our own document
    receive = names["receive"]
    secret, seen = new_secret(), set()
    body = blocks("json")[0].encode()
    headers = dict(signed_headers(secret, message_id="msg_1", timestamp=int(time.time()), body=body))
    assert receive(new_secret(), headers, body, seen) is None
    assert receive(secret, headers, body + b" ", seen) is None
    assert receive(secret, headers, body, seen)["data"]["image"]["name"] == "shoe_1.jpg"
    assert receive(secret, headers, body, seen) is None


def test_every_type_of_message_is_told() -> None:
    told = re.findall(r"^\| `([a-z.]+)` \|", TEXT, re.MULTILINE)
    assert told == [*Happening, PING]
    assert json.loads(blocks("json")[0])["type"] in told


def test_the_pauses_are_those_that_are_made() -> None:
    unit = {"second": 1, "minute": 60, "hour": 3600}
    sentence = re.search(r"tried again after (.*?),\s+then given up", TEXT, re.DOTALL)
    assert sentence is not None
    told = [int(number) * unit[name] for number, name in re.findall(r"(\d+)\s+(second|minute|hour)", sentence[1])]
    assert told == [pause.total_seconds() for pause in PAUSES]
    assert f"kept for {KEPT_DELIVERED.days} days" in TEXT
    assert f"given up for {KEPT_GIVEN_UP.days}" in TEXT
