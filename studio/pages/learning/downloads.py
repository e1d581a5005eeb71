"""Links to the files of a version: for other programs, for other studios, and to read."""

from html import escape
from urllib.parse import quote

from annotation_store.records import ModelRecord
from studio.i18n import Words

FILES = {
    "safetensors": "weights.safetensors",
    "onnx": "model.onnx",
    "card": "card.md",
    "zip": "export.zip",
}
"""By what they are: their place under the version."""


def downloads_view(version: ModelRecord, words: Words) -> str:
    """HTML; a classical method has a card only."""
    has_weights = version.weights_blob is not None or version.shipped_weights is not None
    links = "".join(
        f'<a href="/api/v1/models/{quote(version.name, safe="")}/{path}">{escape(words(f"file_{what}"))}</a>'
        for what, path in FILES.items()
        if has_weights or what == "card"
    )
    return f'<p class="links" data-testid="downloads">{links}</p>'
