from dataclasses import replace
from datetime import UTC, datetime

from annotation_store.exports.export_options import ExportOptions, Preset
from annotation_store.records import ExportSetRecord
from studio.i18n import Words
from studio.pages.exporting.exports_view import exports_view

OPTIONS = ExportOptions(formats=("alpha", "presets"), presets=(Preset("<Square>", 10, 10),))
EXPORT = ExportSetRecord(
    id=3,
    name="<b>Spring</b>",
    options=OPTIONS.as_json(),
    project_ids=[1],
    image_count=1200,
    created_at=datetime(2026, 4, 1, 12, 0, tzinfo=UTC),
    created_by="mika",
    manifest_blob=None,
    written_at=None,
)


def test_each_export_has_its_download_and_what_is_in_it():
    html = exports_view([EXPORT], Words("en"))
    assert 'href="/api/v1/exports/3/download"' in html
    assert "1,200" in html
    assert "Alpha, PNG · &lt;Square&gt;" in html
    assert "&lt;b&gt;Spring" in html
    assert "<b>Spring" not in html


def test_a_manifest_is_there_once_the_export_was_written():
    assert "/manifest" not in exports_view([EXPORT], Words("en"))
    assert "/api/v1/exports/3/manifest" in exports_view([replace(EXPORT, manifest_blob="0" * 64)], Words("en"))


def test_without_an_export_that_is_told_in_both_languages():
    assert "No export yet" in exports_view([], Words("en"))
    assert "まだ書き出しはありません" in exports_view([], Words("ja"))
