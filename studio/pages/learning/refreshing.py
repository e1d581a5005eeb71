"""A page that is looked at again and again, but sends only those of its parts that have become different."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import gradio as gr


@dataclass(frozen=True, slots=True)
class Part:
    """key: equal as long as the part looks the same. make: draws it."""

    key: object
    make: Callable[[], object]


def changed(parts: Sequence[Part], seen: Sequence[int]) -> tuple[object, ...]:
    """For each part what it looks like now, or no change; then what to hand in as `seen` the next time.

    seen: empty at first.
    """
    keys = [hash(repr(part.key)) for part in parts]
    known = list(seen) if len(seen) == len(parts) else [None] * len(parts)
    drawn = [gr.skip() if now == before else part.make() for part, now, before in zip(parts, keys, known, strict=True)]
    return (*drawn, keys)
