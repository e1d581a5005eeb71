"""Buttons inside of a page's HTML: what each stands for is written on it, and comes back when it is pressed.

What comes back was sent by a browser, so whoever acts on it looks whether that person may.
"""

from dataclasses import dataclass
from enum import StrEnum
from html import escape

import gradio as gr

from studio.pages.sent_numbers import number_in

DEEDS_SCRIPT = """
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-deed]");
  if (button === null) return;
  if (button.dataset.ask !== undefined && !confirm(button.dataset.ask)) return;
  if (button.dataset.to !== undefined) {
    document.getElementById(button.dataset.to)?.scrollIntoView({ behavior: "smooth" });
  }
  trigger("click", { deed: button.dataset.deed });
});"""
"""For `js_on_load` of the component that shows the buttons; its event is `click`."""


class DeedKind(StrEnum):
    """What a press of a button does."""

    LOOK = "look"  # at a version
    LET_SERVE = "let_serve"
    TRY = "try"
    REFUSE = "refuse"
    ROLL_BACK = "roll_back"
    DRAFT_AUTOMATICALLY = "draft_automatically"
    CANCEL = "cancel"  # a training
    MAKE_GOLDEN = "make_golden"
    RETIRE_GOLDEN = "retire_golden"


@dataclass(frozen=True, slots=True)
class Deed:
    """number: of the version, the run or the image. project_id: where, if that matters."""

    kind: DeedKind
    number: int
    project_id: int = 0

    @property
    def text(self) -> str:
        return f"{self.kind.value}:{self.number}:{self.project_id}"

    @staticmethod
    def of(event: gr.EventData) -> "Deed | None":
        """What a click came with; None if that is nothing that a button of ours says."""
        data = event._data if isinstance(event._data, dict) else {}
        kind, *texts = str(data.get("deed", "")).split(":")
        numbers = [number for text in texts if (number := number_in(text, least=0)) is not None]
        if kind not in set(DeedKind) or len(texts) != 2 or len(numbers) != 2:
            return None
        return Deed(DeedKind(kind), numbers[0], numbers[1])


def button(label: str, deed: Deed, *, ask: str | None = None, to: str | None = None, strong: bool = False) -> str:
    """HTML. ask: a question that has to be answered with yes before. to: the element that is then scrolled to."""
    more = "" if ask is None else f' data-ask="{escape(ask, quote=True)}"'
    more += "" if to is None else f' data-to="{to}"'
    look = "deed strong" if strong else "deed"
    return f'<button type="button" class="{look}" data-deed="{deed.text}"{more}>{escape(label)}</button>'
