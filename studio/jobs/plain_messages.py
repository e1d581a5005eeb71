"""The messages of the job queue as JSON. huey itself pickles them, and whoever can write a pickle can run code."""

import json
from typing import Any

from huey.registry import Message
from huey.serializer import Serializer


class PlainMessages(Serializer):
    """For tasks with plain arguments, sent at once: neither dates, nor chains of tasks, nor results are understood."""

    def _serialize(self, data: Any) -> bytes:
        """data: a message of huey's. Raises TypeError if it holds more than numbers, texts, lists and nothings."""
        return json.dumps(data._asdict()).encode()

    def _deserialize(self, data: bytes) -> Message:
        """Raises ValueError or TypeError for anything that `_serialize` has not made."""
        fields = json.loads(data)
        return Message(**{**fields, "args": tuple(fields["args"])})
