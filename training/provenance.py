"""What went into a version, and under which licences: its base, the data that it learnt from, the program.

A row says what it is about, where it comes from, its licence, and whether that allows commercial use (None: unknown).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from annotation_store.kinds import Origin
from annotation_store.records import ModelRecord
from matting_core.networks.registry import SHIPPED_WEIGHTS
from training.code_version import code_version
from training.licences import OWN, allows_commercial_use

UNKNOWN_LICENCE = "unknown"
PROGRAM_LICENCE = "Apache-2.0"
MOST_SOURCES = 200


class Source(BaseModel):
    """One thing that went into a version. commercial: whether its licence allows that, None where nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: str = Field(min_length=1, max_length=200)
    source: str = Field(max_length=1000)
    licence: str = Field(max_length=1000)
    commercial: bool | None = None

    @classmethod
    def under(cls, licence: str, *, what: str, source: str) -> "Source":
        """What the table of licences says about it."""
        licence = licence.strip() or UNKNOWN_LICENCE
        return cls(what=what, source=source, licence=licence, commercial=allows_commercial_use(licence))

    def judged_anew(self, *, own: bool) -> "Source":
        """As a foreign card has it, but for whether it may be used commercially: that is not for the card to say.

        own: whether what a card calls the studio's own is that of this studio.
        """
        anew = Source.under(self.licence, what=self.what, source=self.source)
        return anew if own or OWN not in anew.licence else anew.model_copy(update={"commercial": None})


def provenance_of(model: ModelRecord) -> tuple[Source, ...]:
    """All that went into a version. A shipped one tells what the card beside its weights does."""
    if model.provenance:
        return tuple(Source.model_validate(row) for row in model.provenance)
    if model.origin is Origin.SHIPPED:
        weights = "weights" if model.shipped_weights else "method"
        own = Source.under(model.licence, what=weights, source=f"{model.name}, comes with the program")
        return (own, *(shipped_photographs(model.shipped_weights) if model.shipped_weights else ()))
    return (Source.under(model.licence, what="weights", source=model.name),)


def provenance_of_training(parent: ModelRecord, *, training_set_id: int) -> list[dict[str, Any]]:
    """For `register_candidate`: what went into the parent, the studio's own mattes, and this program."""
    return as_rows(trained_from(provenance_of(parent), data=f"approved mattes of training set {training_set_id}"))


def trained_from(parent: Sequence[Source], *, data: str) -> tuple[Source, ...]:
    """What went into a version that learnt from `data` of the studio, beginning with its parent's sources.

    Of several programs in a line of versions, only the last one is told.
    """
    before = [source for source in parent if source.what != "program"]
    own = Source.under(OWN, what="mattes", source=data)
    program = Source.under(PROGRAM_LICENCE, what="program", source=f"Matteloop {code_version()}")
    return tuple(dict.fromkeys((*before, own, program)))


def licence_of_training(parent: str) -> str:
    """The licence of a version that learnt from the studio's own mattes, from that of its parent."""
    return parent if OWN in parent else f"{parent}; {OWN}"


def as_rows(sources: Sequence[Source]) -> list[dict[str, Any]]:
    """For JSON."""
    return [source.model_dump() for source in sources]


def commercial_warning(provenance: Sequence[Source | Mapping[str, Any]]) -> str | None:
    """A sentence about the sources that forbid commercial use, or of which nobody knows; None where all allow it."""
    sources = [row if isinstance(row, Source) else Source.model_validate(row) for row in provenance]
    forbidding = [source for source in sources if source.commercial is False]
    unknown = [source for source in sources if source.commercial is None]
    if forbidding:
        return f"Not for commercial use: {_named(forbidding)}."
    if unknown or not sources:
        named = f": {_named(unknown)}" if unknown else ""
        return f"Whether this version may be used commercially is unknown{named}. Ask whoever made it."
    return None


def shipped_photographs(weights: str) -> tuple[Source, ...]:
    """The photographs that shipped weights have seen, as the table of their card lists them; empty without a card."""
    card = SHIPPED_WEIGHTS / f"{weights}.md"
    if not card.is_file():
        return ()
    section = re.search(r"^## Photographs$(.*?)^## ", card.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", section.group(1) if section else "", re.MULTILINE)
    return tuple(
        Source.under(licence.removesuffix(", per file"), what="photographs", source=source)
        for source, licence in rows
        if source != "source"
    )


def _named(sources: Sequence[Source]) -> str:
    return "; ".join(f"{source.what} ({source.source}): {source.licence}" for source in sources)
