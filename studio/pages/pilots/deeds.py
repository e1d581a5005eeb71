"""What the buttons in the list of pilots stand for."""

from dataclasses import dataclass
from enum import StrEnum
from html import escape

import gradio as gr

from studio.pages.sent_numbers import number_in


class PilotDeedKind(StrEnum):
    """What a press of a button does."""

    FINISH = "finish"
    CALL_OFF = "call_off"
    SHOW = "show"


@dataclass(frozen=True, slots=True)
class PilotDeed:
    """number: of the pilot."""

    kind: PilotDeedKind
    number: int

    @staticmethod
    def of(event: gr.EventData) -> "PilotDeed | None":
        """What a click came with; None if that is nothing that a button of ours says."""
        data = event._data if isinstance(event._data, dict) else {}
        kind, _, number = str(data.get("deed", "")).partition(":")
        found = number_in(number)
        return PilotDeed(PilotDeedKind(kind), found) if kind in set(PilotDeedKind) and found is not None else None


def deed_button(label: str, deed: PilotDeed, *, ask: str = "", to: str = "", strong: bool = False) -> str:
    """HTML, for a component with DEEDS_SCRIPT. ask: a question to be answered with yes before. to: the element that is
    then scrolled to."""
    more = f' data-ask="{escape(ask, quote=True)}"' if ask else ""
    more += f' data-to="{to}"' if to else ""
    look = "deed strong" if strong else "deed"
    what = f"{deed.kind.value}:{deed.number}"
    return f'<button type="button" class="{look}" data-deed="{what}"{more}>{escape(label)}</button>'
