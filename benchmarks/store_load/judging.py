"""What came of it: figures from what the operators saw, and what of that the store does not have."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select

from annotation_store import schema
from annotation_store.store import open_store


def judge(seen: Sequence[dict[str, Any]], *, folder: Path, database_url: str, seconds: float) -> dict[str, float]:
    """seen: operators.Seen, one a person."""
    strokes = [tuple(stroke) for each in seen for stroke in each["strokes"]]
    return {
        "strokes_per_s": round(len(strokes) / seconds, 1),
        "stroke_p95_ms": _p95(seen, "stroke_ms"),
        "lost_updates": lost(strokes, folder=folder, database_url=database_url),
        "double_leases": overlaps(span for each in seen for span in each["held"]),
        "locked_errors": sum(each["locked_errors"] for each in seen),
        "refusals": sum(len(each["refusals"]) for each in seen),
        "lease_p95_ms": _p95(seen, "lease_ms"),
        "gallery_p95_ms": _p95(seen, "gallery_ms"),
    }


def lost(strokes: Iterable[tuple[Any, ...]], *, folder: Path, database_url: str) -> int:
    """Acknowledged strokes that do not stand at their place in the log, and strokes there that nobody sent."""
    store = open_store(folder, database_url=database_url)
    entries = select(schema.EditEntry.revision_id, schema.EditEntry.position, schema.EditEntry.client_key)
    with store.database.read() as session:
        kept = {tuple(row) for row in session.execute(entries)}
    store.database.close()
    sent = {(revision, position, key) for _image, revision, position, key in strokes}
    return len(sent ^ kept)


def overlaps(spans: Iterable[Sequence[float]]) -> int:
    """How often two people had one image in hand at the same moment."""
    count = 0
    last: dict[float, float] = {}
    for image, began, ended in sorted((tuple(span) for span in spans), key=lambda span: (span[0], span[1])):
        count += began < last.get(image, float("-inf"))
        last[image] = max(ended, last.get(image, ended))
    return count


def _p95(seen: Sequence[dict[str, Any]], name: str) -> float:
    return round(float(np.percentile([value for each in seen for value in each[name]], 95)), 1)
