"""What an image costs in house and outside, what that saves, and from when on."""

from collections.abc import Callable

from annotation_store.money.break_even import BreakEven, break_even
from annotation_store.money.cost import own_minutes_cost
from annotation_store.money.rate_card import RateCard
from annotation_store.money.saving import CostFigures
from studio.charts import Chart, Kind
from studio.i18n import Words
from studio.insights.asking import Scope, Topic
from studio.insights.columns import columns
from studio.insights.groups import Lines, by_asked, by_week, table_by
from studio.insights.money_tiles import money_tile
from studio.insights.notes import persons_shown, untimed
from studio.insights.sheet import Range, Sheet, Tile
from studio.insights.spreads import spread_chart
from studio.tables import Cell, Table, table_of

NAMES = ("images", "timed_images", "in_house", "outside", "saving", "saving_low", "saving_high", "saving_share")
CLASSES = (
    *("price_class", "images", "timed_images", "seconds_per_image"),
    *("in_house", "outside", "saving", "saving_low", "saving_high"),
)
PARTS = ("labour", "overhead", "machine", "upkeep")

Costs = Callable[[Lines], CostFigures]


def money_sheet(lines: Lines, costs_of: Costs, card: RateCard, scope: Scope, words: Words) -> Sheet:
    """costs_of: of some of the lines, by `card`."""
    costs = costs_of(lines)
    even = break_even(costs, card)
    weeks, groups, classes, parts = tables = _tables(lines, costs, costs_of, card, scope, words)
    return Sheet(
        topic=Topic.MONEY,
        images=costs.images,
        tiles=_tiles(costs, even, words),
        charts=_charts(weeks, groups, classes, parts, words),
        tables=tables,
        notes=(*_never(even, words), *untimed(costs.untimed_images, words), *persons_shown(scope, words)),
    )


def _never(even: BreakEven, words: Words) -> tuple[str, ...]:
    return (words("break_even_maybe_never"),) if even.may_be_never and not even.is_never else ()


def _tiles(costs: CostFigures, even: BreakEven, words: Words) -> tuple[Tile, ...]:
    """What stands on top."""
    return (
        money_tile("saving", costs.saving, words),
        money_tile("saving_share", costs.saving_share, words),
        money_tile("in_house", costs.in_house, words),
        money_tile("outside", costs.outside, words),
        money_tile("saving_per_month", costs.saving_per_month, words),
        money_tile("break_even", even.month, words),
    )


def _tables(
    lines: Lines, whole: CostFigures, costs_of: Costs, card: RateCard, scope: Scope, words: Words
) -> tuple[Table, ...]:
    """Weeks, groups, classes of prices, and what the cost of an image is made of."""
    unit = whole.currency.value

    def row(some: Lines) -> tuple[Cell, ...]:
        costs = costs_of(some)
        saving = costs.saving
        return (
            costs.images,
            costs.timed_images,
            costs.in_house.value,
            costs.outside.value,
            saving.value,
            saving.low,
            saving.high,
            costs.saving_share.value,
        )

    return (
        table_by("weeks", by_week(lines, scope), "week", NAMES, row, words, unit=unit),
        table_by("groups", by_asked(lines, scope, words), scope.asked.by.value, NAMES, row, words, unit=unit),
        _classes(whole, words),
        _parts(whole, card, words),
    )


def _charts(weeks: Table, groups: Table, classes: Table, parts: Table, words: Words) -> tuple[Chart, ...]:
    """Drawn from the tables."""
    saving = ("saving", "saving_low", "saving_high")
    asked = groups.head[0]
    title = words("chart_saving_by", by=asked.title.lower())
    return (
        Chart(words("chart_parts"), Kind.STACK, parts, "where", "amount", series="part"),
        spread_chart(words("chart_saving_by_class"), Kind.BARS, classes, "images", saving, Range.CHANCE),
        spread_chart(words("chart_saving_by_week"), Kind.LINE, weeks, "images", saving, Range.CHANCE),
        spread_chart(title, Kind.BARS, groups, "images", saving, Range.CHANCE),
    )


def _classes(costs: CostFigures, words: Words) -> Table:
    rows = [
        (
            each.name,
            each.images,
            each.timed_images,
            each.seconds,
            each.in_house.value,
            each.outside.value,
            each.saving.value,
            each.saving.low,
            each.saving.high,
        )
        for each in costs.by_class
    ]
    return table_of("classes", columns(CLASSES, words, unit=costs.currency.value), rows if costs.images else [], words)


def _parts(costs: CostFigures, card: RateCard, words: Words) -> Table:
    """The bars of the stack; nothing at all where no time is known."""
    rows: list[tuple[Cell, ...]] = []
    if costs.in_house.value is not None:
        house = words("in_house_short")
        rows += [(house, words(f"part_{part}"), getattr(costs, part).value) for part in PARTS]
    if costs.outside.value is not None:
        own = own_minutes_cost(card)
        vendor = words("outside_short")
        rows += [(vendor, words("part_price"), costs.outside.value - own), (vendor, words("part_own_minutes"), own)]
    return table_of("parts", columns(("where", "part", "amount"), words, unit=costs.currency.value), rows, words)
