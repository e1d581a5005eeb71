"""``manifest.json``: what an export holds, where each file comes from, and under which licences.

It tells nothing of when or where it was written, so that an export that is written again has the same.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from annotation_store.records import ExportSetRecord

FORMAT_VERSION = 2
MANIFEST = "manifest.json"
NOTE = "of the model that drafted these mattes; people may have changed them"


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """What is told of a photo and its matte, as it was when the export was frozen.

    subject: shots of one thing share it. revision: its number within the image. model, drafter: what made the draft
    that it grew from; None where no model of the studio did. licence: of that model. author: who made the revision.
    hands: whose edits it holds. approved_at: ISO 8601, UTC.
    """

    name: str
    image_sha256: str
    width: int
    height: int
    bit_depth: int
    subject: str
    tags: tuple[str, ...]
    project: str
    revision: int
    model: str | None
    licence: str | None
    drafter: str | None
    author: str
    hands: tuple[str, ...]
    approved_by: str
    approved_at: str

    def as_json(self) -> dict[str, Any]:
        """Values that JSON can hold."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> "SubjectFacts":
        """What `as_json` gave."""
        lists = {name: tuple(values[name]) for name in ("tags", "hands")}
        return SubjectFacts(**{**values, **lists})


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """A photo and its files. files: path -> SHA-256; those that it shares with other photos, too."""

    stem: str
    facts: SubjectFacts
    files: Mapping[str, str]


def manifest_of(record: ExportSetRecord, entries: Sequence[ManifestEntry], common: Mapping[str, str]) -> bytes:
    """UTF-8 JSON. common: the files that tell of all photos together, path -> SHA-256."""
    licences = {entry.facts.model: entry.facts.licence for entry in entries if entry.facts.model is not None}
    manifest = {
        "format_version": FORMAT_VERSION,
        "export": {
            "number": record.id,
            "name": record.name,
            "created_at": record.created_at.isoformat(),
            "created_by": record.created_by,
            "options": dict(record.options),
        },
        "licences": [
            {
                "model": model,
                "licence": licence,
                "note": NOTE,
            }
            for model, licence in sorted(licences.items())
        ],
        "images": [
            {"stem": entry.stem, **entry.facts.as_json(), "files": dict(sorted(entry.files.items()))}
            for entry in entries
        ],
        "files": dict(sorted(common.items())),
    }
    return json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n"
