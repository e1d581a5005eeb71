"""The results of a comparison as a sheet: one line an image, where the first lost most comes first."""

import csv
from io import StringIO

from annotation_store.comparisons.results import Results

HEAD = ("image", "name", "first", "second", "neither")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def results_csv(found: Results) -> str:
    """CSV (RFC 4180). A name that a spreadsheet would take for a formula has an apostrophe before it."""
    text = StringIO()
    sheet = csv.writer(text)
    sheet.writerow(HEAD)
    for each in found.images:
        sheet.writerow((each.image_id, _plain(each.name), each.first, each.second, each.neither))
    return text.getvalue()


def _plain(name: str) -> str:
    return f"'{name}" if name.startswith(_FORMULA) else name
