"""Small pieces of HTML that several pages show.

Texts of people and files are escaped here; only the cells of a table come as HTML.
"""

from collections.abc import Collection, Iterable
from html import escape

from annotation_store.states import ImageState
from studio.i18n import Words


def state_pill(state: ImageState, words: Words) -> str:
    """A coloured word for the state of an image."""
    return pill(state.value, words(f"state_{state.value}"))


def pill(kind: str, text: str) -> str:
    """A word with the colour of its kind, of those that pages.css knows."""
    return f'<span class="pill pill-{kind}">{escape(text)}</span>'


def progress_bar(share: float, text: str) -> str:
    """A bar filled to `share` (0 to 1) with a sentence below it."""
    percent = round(100 * min(1.0, max(0.0, share)))
    return (
        f'<div class="bar" role="progressbar" aria-valuenow="{percent}" aria-valuemin="0" aria-valuemax="100">'
        f'<div style="width:{percent}%"></div></div><p class="quiet">{escape(text)}</p>'
    )


def table(
    head: Iterable[str], rows: Iterable[Iterable[str]], *, testid: str, figures: Collection[int] = frozenset()
) -> str:
    """A table. head: texts. rows: cells of HTML, which the caller has escaped. figures: columns set to the right."""
    header = "".join(_cell("th", place, escape(cell), figures) for place, cell in enumerate(head))
    body = "".join(
        "<tr>" + "".join(_cell("td", place, cell, figures) for place, cell in enumerate(row)) + "</tr>" for row in rows
    )
    return f'<table class="sheet" data-testid="{testid}"><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>'


def _cell(tag: str, place: int, content: str, figures: Collection[int]) -> str:
    return f'<{tag} class="figure">{content}</{tag}>' if place in figures else f"<{tag}>{content}</{tag}>"


def notice(kind: str, lines: Iterable[str], *, testid: str) -> str:
    """A box of sentences; kind: good, bad or plain."""
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f'<div class="notice notice-{kind}" data-testid="{testid}">{body}</div>'
