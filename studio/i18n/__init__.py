"""The studio's texts in English and Japanese. A test fails when a key is missing in one language.

What a component shows from the start goes through Gradio's own translation (`gradio_texts`), by the browser's
language; what is computed later is put into words here (`Words`), by the same language.
"""

import json
from functools import cache
from pathlib import Path

import gradio as gr

LANGUAGES = ("en", "ja")
DEFAULT_LANGUAGE = "en"


@cache
def texts(language: str) -> dict[str, str]:
    """All texts of the pages in one language: {key: text}."""
    path = Path(__file__).parent / f"pages.{language}.json"
    loaded: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@cache
def gradio_texts() -> gr.I18n:
    """For ``launch(i18n=…)`` and, called with a key, for labels."""
    return gr.I18n(**{language: texts(language) for language in LANGUAGES})


class Words:
    """Texts in one language: ``words("approved", count=3)``."""

    def __init__(self, language: str = DEFAULT_LANGUAGE) -> None:
        self.language = language if language in LANGUAGES else DEFAULT_LANGUAGE

    def __call__(self, key: str, **values: object) -> str:
        return texts(self.language)[key].format(**values)

    @staticmethod
    def of(request: gr.Request | None) -> "Words":
        """In the language that the browser asks for first among those we have."""
        return Words.in_language(request.headers.get("accept-language", "") if request is not None else "")

    @staticmethod
    def in_language(accept_language: str) -> "Words":
        """As `of`, by the header itself."""
        for entry in accept_language.split(","):
            language = entry.split(";")[0].strip().lower().split("-")[0]
            if language in LANGUAGES:
                return Words(language)
        return Words()
