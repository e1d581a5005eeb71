"""Under which licences a version stands, by what went into it, and a warning where one forbids commercial use."""

from collections.abc import Mapping
from html import escape
from typing import Any

from annotation_store.records import ModelRecord
from studio.i18n import Words
from studio.pages.fragments import notice


def forbids_commercial_use(version: ModelRecord) -> bool:
    """Whether anything that went into it does."""
    return any(part.get("commercial") is False for part in version.provenance)


def licences_view(version: ModelRecord, words: Words) -> str:
    warning = ""
    if forbids_commercial_use(version):
        warning = notice("bad", [words("not_commercial_warning")], testid="licence-warning")
    elif any(part.get("commercial") is None for part in version.provenance):
        warning = notice("plain", [words("commercial_unknown")], testid="licence-unknown")
    parts = "".join(f"<li>{_part(part)}</li>" for part in version.provenance)
    return f"{warning}<p>{escape(version.licence)}</p>" + (f"<ul>{parts}</ul>" if parts else "")


def _part(part: Mapping[str, Any]) -> str:
    what, source, licence = (escape(str(part.get(name) or "–")) for name in ("what", "source", "licence"))
    return f'{what}: <strong>{licence}</strong> <span class="quiet">{source}</span>'
