"""The studio's texts in English and Japanese. A test fails when a key is missing in one language.

What a component shows from the start goes through Gradio's own translation (`gradio_texts`), by the browser's
language; what is computed later is put into words here (`Words`), by the same language.
"""

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

LANGUAGES = ("en", "ja")
DEFAULT_LANGUAGE = "en"


@cache
def texts(language: str, face: str = "pages") -> dict[str, str]:
    """All texts of one face (``pages``, ``sign_in``) in one language: {key: text}."""
    path = Path(__file__).parent / f"{face}.{language}.json"
    loaded: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@cache
def gradio_texts() -> "gr.I18n":
    """For ``launch(i18n=…)`` and, called with a key, for labels."""
    import gradio as gr  # seconds and 100 MB, which the worker and the commands do without

    return gr.I18n(**{language: texts(language) for language in LANGUAGES})


class Words:
    """Texts in one language: ``words("approved", count=3)``."""

    def __init__(self, language: str = DEFAULT_LANGUAGE, *, face: str = "pages") -> None:
        self.language = language if language in LANGUAGES else DEFAULT_LANGUAGE
        self._texts = texts(self.language, face)

    def __call__(self, key: str, **values: object) -> str:
        return self._texts[key].format(**values)

    @staticmethod
    def of(request: "gr.Request | None") -> "Words":
        """In the language that the browser asks for first among those we have."""
        return Words.in_language(request.headers.get("accept-language", "") if request is not None else "")

    @staticmethod
    def in_language(accept_language: str, *, face: str = "pages") -> "Words":
        """As `of`, by the header itself."""
        for entry in accept_language.split(","):
            language = entry.split(";")[0].strip().lower().split("-")[0]
            if language in LANGUAGES:
                return Words(language, face=face)
        return Words(face=face)
