"""What the buttons in the list of pilots stand for."""

from dataclasses import dataclass
from enum import StrEnum
from html import escape

import gradio as gr

LARGEST_ID = 2**63 - 1  # of the store


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
        if kind not in set(PilotDeedKind) or not (number.isascii() and number.isdecimal() and len(number) < 20):
            return None
        return PilotDeed(PilotDeedKind(kind), int(number)) if int(number) <= LARGEST_ID else None


def deed_button(label: str, deed: PilotDeed, *, ask: str = "", to: str = "", strong: bool = False) -> str:
    """HTML, for a component with DEEDS_SCRIPT. ask: a question to be answered with yes before. to: the element that is
    then scrolled to."""
    more = f' data-ask="{escape(ask, quote=True)}"' if ask else ""
    more += f' data-to="{to}"' if to else ""
    look = "deed strong" if strong else "deed"
    what = f"{deed.kind.value}:{deed.number}"
    return f'<button type="button" class="{look}" data-deed="{what}"{more}>{escape(label)}</button>'
