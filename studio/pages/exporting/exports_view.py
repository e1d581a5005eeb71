"""The exports there are, each with what is in it and its download."""

from collections.abc import Sequence
from html import escape

from annotation_store.records import ExportSetRecord
from studio.i18n import Words
from studio.pages.fragments import notice, table

ROUTE = "/api/v1/exports"
COLUMNS = ("number", "name", "images", "formats", "by", "at", "files")


def exports_view(exports: Sequence[ExportSetRecord], words: Words) -> str:
    """HTML: newest first; the day stands as the server has it, since that is what names them."""
    if not exports:
        return notice("plain", [words("no_exports")], testid="no-exports")
    rows = [
        (
            str(each.id),
            escape(each.name),
            f"{each.image_count:,}",
            escape(" · ".join(_forms(each, words))),
            escape(each.created_by),
            f"{each.created_at.astimezone():%Y-%m-%d %H:%M}",
            _links(each, words),
        )
        for each in exports
    ]
    return table([words(f"column_export_{name}") for name in COLUMNS], rows, testid="exports")


def _forms(export: ExportSetRecord, words: Words) -> list[str]:
    """Its formats as the form calls them; presets by their own names."""
    named: list[str] = []
    for name in export.options["formats"]:
        if name == "presets":
            named.extend(preset["name"] for preset in export.options["presets"])
        else:
            named.append(words(f"format_{name.replace('-', '_')}"))
    return named


def _links(export: ExportSetRecord, words: Words) -> str:
    zip_link = (
        f'<a href="{ROUTE}/{export.id}/download" download data-testid="download-{export.id}">'
        f"{escape(words('download_export'))}</a>"
    )
    if export.manifest_blob is None:
        return zip_link
    return (
        f'{zip_link} · <a href="{ROUTE}/{export.id}/manifest" download="manifest.json">{escape(words("manifest"))}</a>'
    )
