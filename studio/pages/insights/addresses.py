"""Where the same figures are for programs and spreadsheets."""

from collections.abc import Mapping
from urllib.parse import urlencode

from studio.insights.asking import Asked, Topic

ROUTE = "/api/v1/insights"


def csv_address(topic: Topic, asked: Asked, table: str, models: Mapping[int, str]) -> str:
    """Of one table as CSV. models: names of versions by number."""
    named = {
        "table": table,
        "project": asked.project,
        "since": asked.since,
        "until": asked.until,
        "tag": asked.tag,
        "model": None if asked.model is None else models.get(asked.model),
        "by": asked.by.value,
        "currency": asked.currency,
    }
    return f"{ROUTE}/{topic.value}.csv?{urlencode({name: value for name, value in named.items() if value is not None})}"
