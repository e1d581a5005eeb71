"""Buttons in the list of comparisons: what comes back when one is pressed was sent by a browser."""

from dataclasses import dataclass
from enum import StrEnum
from html import escape

import gradio as gr

from studio.pages.sent_numbers import number_in


class PressKind(StrEnum):
    """What a press does."""

    LOOK = "look"  # at the results
    CLOSE = "close"
    OPEN_AGAIN = "open_again"
    TRY_AGAIN = "try_again"


@dataclass(frozen=True, slots=True)
class Press:
    """number: of the comparison."""

    kind: PressKind
    number: int

    @staticmethod
    def of(event: gr.EventData) -> "Press | None":
        """None if that is nothing that a button of ours says."""
        data = event._data if isinstance(event._data, dict) else {}
        kind, _, number = str(data.get("deed", "")).partition(":")
        found = number_in(number)
        return Press(PressKind(kind), found) if kind in set(PressKind) and found is not None else None


def press_button(label: str, press: Press, *, to: str | None = None) -> str:
    """HTML. to: the element that is then scrolled to."""
    more = "" if to is None else f' data-to="{to}"'
    return (
        f'<button type="button" class="deed" data-deed="{press.kind.value}:{press.number}"{more}>'
        f"{escape(label)}</button>"
    )
