"""The bar above every page: the names of those that are for this person, in the browser's language, and their own.

Gradio translates no names in its bar, and shows all pages to everybody; so a script in the head of each page does it.
What it hides is refused by the server, too (access.py).
"""

import json

from studio.i18n import DEFAULT_LANGUAGE, LANGUAGES, texts
from studio.pages.access import PAGES as NEEDED

PAGES = ("photos", "correct", "review", "learn", "insights", "pilot", "compare", "export", "projects", "people")

_SCRIPT = """(() => {
  const names = NAMES;
  const needed = NEEDED;
  const wanted = navigator.languages.map((tag) => tag.split("-")[0]).find((tag) => tag in names);
  const translated = names[wanted] ?? {};
  let me = null;
  const showOwn = () => {
    for (const link of document.querySelectorAll("nav.fillable a, nav.fillable button")) {
      const name = translated[link.textContent.trim()];
      if (name !== undefined) link.textContent = name;
      const { pathname } = new URL(link.href ?? location.href, location.href);
      const ability = needed[pathname.replace(/(.)\\/$/, "$1")];
      link.hidden = me !== null && ability !== undefined && !me.abilities.includes(ability);
    }
    const bar = document.querySelector("nav.fillable");
    if (bar === null || !me?.has_account || bar.querySelector(".account") !== null) return;
    const account = bar.appendChild(document.createElement("a"));
    account.className = "account";
    account.href = "/account";
    account.textContent = me.display_name;
  };
  new MutationObserver(showOwn).observe(document, { childList: true, subtree: true });
  fetch("/api/v1/me", { cache: "no-store" }).then(async (answer) => {
    if (answer.status === 401) return location.reload(); // signed out meanwhile: the door leads to the sign-in
    if (!answer.ok) return;
    me = await answer.json();
    showOwn();
  });
})();"""


def script_of_the_bar() -> str:
    """For every page; it works as soon as the bar appears, and whenever Gradio draws it anew."""
    english = texts(DEFAULT_LANGUAGE)
    names = {
        language: {english[f"nav_{page}"]: texts(language)[f"nav_{page}"] for page in PAGES}
        for language in LANGUAGES
        if language != DEFAULT_LANGUAGE
    }
    filled = _SCRIPT.replace("NAMES", json.dumps({DEFAULT_LANGUAGE: {}, **names}, ensure_ascii=False))
    return filled.replace("NEEDED", json.dumps(NEEDED))
