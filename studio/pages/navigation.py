"""The names of the pages in the bar, in the browser's language: the one text that Gradio does not translate."""

import json

from studio.i18n import DEFAULT_LANGUAGE, LANGUAGES, texts

PAGES = ("photos", "correct", "learn", "export")

_SCRIPT = """<script>
(() => {
  const names = NAMES;
  const wanted = navigator.languages.map((tag) => tag.split("-")[0]).find((tag) => tag in names);
  const translated = names[wanted] ?? {};
  const rename = () => {
    for (const link of document.querySelectorAll("nav.fillable a, nav.fillable button")) {
      const name = translated[link.textContent.trim()];
      if (name !== undefined) link.textContent = name;
    }
  };
  new MutationObserver(rename).observe(document, { childList: true, subtree: true });
})();
</script>"""


def names_of_pages() -> str:
    """A script for the head of every page: it puts the English names into other words as soon as they appear."""
    english = texts(DEFAULT_LANGUAGE)
    names = {
        language: {english[f"nav_{page}"]: texts(language)[f"nav_{page}"] for page in PAGES}
        for language in LANGUAGES
        if language != DEFAULT_LANGUAGE
    }
    return _SCRIPT.replace("NAMES", json.dumps({DEFAULT_LANGUAGE: {}, **names}, ensure_ascii=False))
