"""Lines of the ledger by weeks, and by what somebody asked for, with names that people know."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from annotation_store.insights.grouping import Dimension, group_lines, week_of
from annotation_store.insights.ledger import LedgerLine
from studio.i18n import Words
from studio.insights.asking import Scope
from studio.insights.columns import columns
from studio.tables import Cell, Table, table_of

Lines = Sequence[LedgerLine]


def by_week(lines: Lines, scope: Scope) -> Mapping[str, Lines]:
    """Every week from the first line's to the last line's, those without any, too. lines: oldest first."""
    found = group_lines(lines, Dimension.WEEK, zone=scope.zone)
    if not found:
        return {}
    # weeks are counted at noon of a day, which no change of the clocks reaches
    day = lines[0].approved_at.astimezone(scope.zone).replace(hour=12)
    weeks: dict[str, Lines] = {}
    while not weeks or max(weeks) < max(found):
        week = week_of(day, scope.zone)
        weeks[week] = found.get(week, ())
        day += timedelta(days=7)
    return weeks


def by_asked(lines: Lines, scope: Scope, words: Words) -> Mapping[str, Lines]:
    """By what was asked for, under names; the largest group first, by weeks the oldest. Of single people only what may
    be seen of them."""
    dimension = scope.asked.by
    if dimension is Dimension.WEEK:
        return by_week(lines, scope)
    if dimension is Dimension.PERSON:
        shown = {project.id for project in scope.by_person}
        lines = [line for line in lines if line.project_id in shown]
    found = group_lines(lines, dimension, zone=scope.zone)
    named: dict[str, Lines] = {}
    for of, group in found.items():
        name = _name(of, scope, words)
        while name in named:  # a tag that is called as we call what has none
            name = f"“{name}”"
        named[name] = group
    return dict(sorted(named.items(), key=lambda each: (-len(each[1]), each[0])))


def table_by(
    key: str,
    groups: Mapping[str, Lines],
    first: str,
    names: tuple[str, ...],
    row: Callable[[Lines], Sequence[Cell]],
    words: Words,
    *,
    unit: str = "",
) -> Table:
    """A row for each group: its name under `first`, then what `row` says of its lines under `names`."""
    head = columns((first, *names), words, unit=unit)
    return table_of(key, head, [(name, *row(lines)) for name, lines in groups.items()], words)


def _name(of: str, scope: Scope, words: Words) -> str:
    match scope.asked.by:
        case Dimension.PROJECT:
            return next((project.name for project in scope.projects if str(project.id) == of), of)
        case Dimension.MODEL:
            return scope.models.get(int(of), of) if of else words("group_no_model")
        case Dimension.TAG:
            return of or words("group_no_tag")
        case Dimension.PERSON:
            return of or words("group_nobody")
    return of
