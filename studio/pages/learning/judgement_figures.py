"""By what a candidate was judged, in one place: the deciding error of both models, image by image and tag by tag."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from annotation_store.kinds import ModelKind, Part
from annotation_store.records import JudgementRecord
from studio.i18n import Words
from studio.pages.fragments import table
from studio.pages.learning.spans import signed_percent
from training.gate.measures import RULES

DECIDES = {kind: rule.decides.value for kind, rule in RULES.items()}


@dataclass(frozen=True, slots=True)
class Errors:
    """The deciding error of what served, and of the candidate; lower is better."""

    live: float
    candidate: float

    @property
    def grown(self) -> float:
        return self.candidate - self.live

    @property
    def change(self) -> float:
        """As a share of the live one's."""
        return self.grown / self.live if self.live else 0.0


def errors_of(judgement: JudgementRecord, kind: ModelKind) -> Errors | None:
    """None if its figures do not hold the deciding error."""
    live, candidate = judgement.figures.get("live") or {}, judgement.figures.get("candidate") or {}
    measure = DECIDES[kind]
    if measure not in live or measure not in candidate:
        return None
    return Errors(float(live[measure]), float(candidate[measure]))


def figures_by_tag(judgements: Sequence[JudgementRecord], kind: ModelKind, words: Words) -> str:
    """A table: means over the held-out images of each tag, over all of them, and over the golden ones."""
    of_tag: dict[str, list[Errors]] = defaultdict(list)
    golden: list[Errors] = []
    for judgement in judgements:
        if (errors := errors_of(judgement, kind)) is not None:
            (golden if judgement.part is Part.GOLDEN else of_tag[judgement.tag]).append(errors)
    rows = [_row(tag or words("no_tag"), errors) for tag, errors in sorted(of_tag.items())]
    if len(of_tag) > 1:
        rows.append(_row(words("all_tags"), [each for errors in of_tag.values() for each in errors]))
    if golden:
        rows.append(_row(words("golden_images"), golden))
    if not rows:
        return ""
    measure = words(f"measure_{DECIDES[kind]}")
    head = [
        words("column_tag"),
        words("column_images"),
        words("column_before", measure=measure),
        words("column_this", measure=measure),
        words("column_change"),
    ]
    return table(head, rows, testid="figures-by-tag")


def _row(name: str, errors: Iterable[Errors]) -> tuple[str, ...]:
    found = list(errors)
    mean = Errors(sum(each.live for each in found) / len(found), sum(each.candidate for each in found) / len(found))
    cells = (str(len(found)), f"{mean.live:.3f}", f"{mean.candidate:.3f}", signed_percent(mean.change))
    return (escape(name), *(f'<span class="figure">{cell}</span>' for cell in cells))
