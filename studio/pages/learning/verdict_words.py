"""A verdict of the gate in the visitor's language, from its figures; in English it has words of its own, too."""

from collections.abc import Mapping, Sequence
from typing import Any

from annotation_store.kinds import Origin
from annotation_store.learning.model_registry import PROGRAM
from annotation_store.records import ModelRecord, StandingRecord
from studio.i18n import Words
from studio.pages.learning.canary_words import canary_words
from studio.pages.learning.spans import percent, signed_percent
from training.canary import ACTOR as CANARY
from training.gate.bootstrap import Change
from training.gate.measures import RULES, Measure
from training.gate.verdict import Figures, GateOutcome, ProjectVerdict

GATE = "gate"  # as training.placing calls it, which brings torch

MEASURES = tuple(each for rule in RULES.values() for each in (rule.decides, *rule.guards))
"""Those that are told of: the one that decides, and those that must not get worse."""
NAMED_PROGRAMS = frozenset({GATE, CANARY, PROGRAM})
"""Who acts where no person does."""


def why(standing: StandingRecord, version: ModelRecord, words: Words) -> str:
    """Why a version has its standing: the gate's figures, else what was written down, else who chose it."""
    if standing.changed_by == CANARY and (tried := canary_words(standing.figures, words)) is not None:
        return tried
    if (told := verdict_words(standing.figures, words)) is not None:
        return told
    if standing.verdict:
        return standing.verdict
    if standing.changed_by not in NAMED_PROGRAMS:
        return words("chosen_by", person=standing.changed_by)
    return words("live_from_the_start") if version.origin is Origin.SHIPPED else ""


def verdict_words(figures: Mapping[str, Any], words: Words) -> str | None:
    """What the gate said to one project, in a few sentences; None if these are no figures of the gate."""
    try:
        verdict = ProjectVerdict.from_json(figures)
    except ValueError:
        return None
    tag = verdict.breach.tag or "" if verdict.breach else ""
    sentences = [words(f"outcome_{verdict.outcome.value}", tag=tag)]
    rule = RULES[verdict.kind]
    if verdict.breach is not None:
        sentences.append(_measured(verdict.breach.figures, [rule.decides], words))
    if verdict.figures is not None and verdict.outcome is not GateOutcome.NOTHING_TO_JUDGE:
        sentences.append(_measured(verdict.figures, [rule.decides, *rule.guards], words))
    if verdict.borrowed:
        sentences.append(words("verdict_borrowed"))
    told = sentences[0]
    for sentence in sentences[1:]:
        told = words("verdict_with", verdict=told, figures=sentence)
    return told


def _measured(figures: Figures, measures: Sequence[Measure], words: Words) -> str:
    """``On held-out photos (14): error (SAD) 12 % lower (between −16 % and −8 %), ...``"""
    told = [_change(measure, figures.changes[measure], words) for measure in measures if measure in figures.changes]
    return words("verdict_figures", count=figures.images, changes=words("list_gap").join(told))


def _change(measure: Measure, change: Change, words: Words) -> str:
    name = words(f"measure_{measure.value}")
    if percent(change.relative) == "0":
        return words("change_none", measure=name)
    spread = {"low": signed_percent(change.low), "high": signed_percent(change.high)}
    if change.relative < 0:
        return words("change_lower", measure=name, percent=percent(change.relative), **spread)
    return words("change_higher", measure=name, percent=percent(change.relative), **spread)
