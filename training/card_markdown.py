"""A version's card for people: Markdown, the warning first."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from training.model_card import Card, CurvePoint

_COMMERCIAL = {True: "yes", False: "no", None: "unknown"}


def card_markdown(card: Card) -> str:
    """One page. Whatever came from people or from other cards is kept from being read as Markdown or HTML."""
    blocks = [f"# Model card: {_text(card.name)}"]
    if card.warning:
        blocks.append(f"> **{_text(card.warning)}**")
    blocks += [_facts(card), *_section("Notes", [_text(card.notes)] if card.notes else [])]
    blocks += _section("Where it comes from", _lineage(card))
    blocks += _section("What it learnt from", _taught(card))
    blocks += _section("How it was trained", _training(card))
    blocks += _section("How well it does", _verdicts(card))
    blocks += _section("What it takes and gives", [f"- takes: {_text(card.input)}\n- gives: {_text(card.output)}"])
    blocks += _section("Files", [_table(("file", "what it is"), list(card.files.items()))] if card.files else [])
    rows = [(row.what, row.source, row.licence, _COMMERCIAL[row.commercial]) for row in card.provenance]
    blocks += _section("Licences", [_table(("what", "source", "licence", "commercial use"), rows)] if rows else [])
    return "\n\n".join(blocks) + "\n"


def _facts(card: Card) -> str:
    rows: list[tuple[str, str]] = [
        ("kind", card.kind.value),
        ("architecture", card.architecture),
        ("origin", card.origin.value),
        ("licence", card.licence),
    ]
    if card.created_at is not None:
        rows.append(("entered", f"{card.created_at:%Y-%m-%d %H:%M} UTC"))
    if card.code_version:
        rows.append(("program", card.code_version))
    if card.weights is not None:
        rows.append(("weights", f"{card.weights.bytes:,} bytes, SHA-256 {card.weights.digest}"))
    return _table(("", ""), rows)


def _lineage(card: Card) -> list[str]:
    return [
        "\n".join(
            f"{number}. {_text(each.name)} ({_text(each.architecture)}, {each.origin.value}"
            f"{f', SHA-256 {each.sha256}' if each.sha256 else ''})"
            for number, each in enumerate(card.lineage, 1)
        )
    ] * bool(card.lineage)


def _taught(card: Card) -> list[str]:
    taught = card.training_set
    if taught is None:
        return []
    return [
        f"Training set {taught.number}: {taught.train} images to learn from, {taught.validation} and {taught.golden} "
        f"golden ones to judge by. Digest of what is learnt from: {taught.digest}."
    ]


def _training(card: Card) -> list[str]:
    blocks = []
    if card.machine is not None:
        machine = card.machine
        blocks.append(
            _text(f"On {machine.device}, {machine.system}, Python {machine.python}, PyTorch {machine.torch}.")
        )
    if card.bundle:
        blocks.append(f"From the training bundle {card.bundle}.")
    if card.recipe:
        blocks.append(_json(card.recipe))
    if card.curve:
        blocks.append(_table(("step", "figures"), [(str(p.step), _figures(p.figures)) for p in _corners(card.curve)]))
    return blocks


def _corners(curve: Sequence[CurvePoint]) -> list[CurvePoint]:
    """The beginning, the quarters and the end."""
    last = len(curve) - 1
    return [curve[place] for place in sorted({round(last * share / 4) for share in range(5)})]


def _verdicts(card: Card) -> list[str]:
    blocks = [_text(card.verdict)] if card.verdict else []
    if card.projects:
        rows = [(each.project, each.state, each.verdict) for each in card.projects]
        blocks.append(_table(("project", "standing", "verdict"), rows))
    if card.metrics:
        blocks.append(_json(card.metrics))
    return blocks


def _section(title: str, blocks: list[str]) -> list[str]:
    return [f"## {title}", *blocks] if blocks else []


def _figures(figures: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.5g}" for name, value in figures.items())


def _json(value: Mapping[str, Any]) -> str:
    lines = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True).splitlines()
    return "\n".join(f"    {line}" for line in lines)  # an indented block cannot be closed from inside


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *([_text(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _text(words: str) -> str:
    """In one line, and nothing in it is a sign."""
    escaped = " ".join(words.split()).replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;")
    for sign in "|`*_[]#!~":
        escaped = escaped.replace(sign, f"\\{sign}")
    return escaped
