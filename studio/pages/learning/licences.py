"""Under which licences a version stands, by what went into it, and a warning where one forbids commercial use."""

from html import escape

from annotation_store.records import ModelRecord
from studio.i18n import Words
from studio.pages.fragments import notice


def forbids_commercial_use(version: ModelRecord) -> bool:
    """Whether anything that went into it does, as far as that was written down when it came to be."""
    return any(part.get("commercial") is False for part in version.provenance)


def licences_view(version: ModelRecord, words: Words) -> str:
    from training.provenance import provenance_of  # late: it brings torch, and the pages should be up before

    sources = provenance_of(version)
    warning = ""
    if any(source.commercial is False for source in sources):
        warning = notice("bad", [words("not_commercial_warning")], testid="licence-warning")
    elif any(source.commercial is None for source in sources):
        warning = notice("plain", [words("commercial_unknown")], testid="licence-unknown")
    parts = "".join(
        f"<li>{escape(source.what)}: <strong>{escape(source.licence)}</strong> "
        f'<span class="quiet">{escape(source.source)}</span></li>'
        for source in sources
    )
    return f"{warning}<ul>{parts}</ul>"
