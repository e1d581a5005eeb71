"""What machines do and cost: here, and as if on a rented GPU."""

from annotation_store.money.machine_cost import MachineFigures
from studio.charts import Chart, Kind
from studio.i18n import Words
from studio.insights.asking import Scope, Topic
from studio.insights.columns import columns
from studio.insights.money_tiles import money_tile
from studio.insights.sheet import Sheet, Tile
from studio.tables import Table, table_of

TRAININGS = ("run", "kind", "state", "device", "began", "busy", "here", "cloud")
WORK = ("training", "drafting", "correcting")


def compute_sheet(machine: MachineFigures, scope: Scope, words: Words) -> Sheet:
    """Of the whole studio: a machine does not tell for whose photos it works."""
    work, costs, trainings = _tables(machine, scope, words)
    return Sheet(
        topic=Topic.COMPUTE,
        images=machine.images,
        tiles=_tiles(machine, words),
        charts=_charts(work, costs, words),
        tables=(work, costs, trainings),
        notes=(words("whole_studio"),),
    )


def _tiles(machine: MachineFigures, words: Words) -> tuple[Tile, ...]:
    """What stands on top."""
    return (
        money_tile("here_per_month", machine.here_per_month, words),
        money_tile("cloud_per_month", machine.cloud_per_month, words),
        money_tile("here_per_image", machine.here_per_image, words),
        money_tile("cloud_per_image", machine.cloud_per_image, words),
        money_tile("busy_hours_per_month", machine.busy_hours_per_month, words),
        money_tile("own_is_cheaper_from", machine.own_is_cheaper_from, words),
    )


def _tables(machine: MachineFigures, scope: Scope, words: Words) -> tuple[Table, ...]:
    """What was done, what that costs, and every training."""
    unit = machine.currency.value
    seconds = (machine.training_seconds, machine.drafting_seconds, machine.correcting_seconds)
    done = (len(machine.trainings), machine.drafted_images, machine.answered_strokes)
    names = [words(f"work_{work}") for work in WORK]
    work = list(zip(names, seconds, done, strict=True)) if sum(seconds) else []
    costs = [
        (words("where_here"), words("part_electricity"), machine.electricity.value),
        (words("where_here"), words("part_machine"), machine.price.value),
        (words("where_cloud"), words("part_gpu"), machine.cloud.value),
    ]
    trainings = [
        (
            each.run_id,
            words(f"kind_{each.kind.value}"),
            words(f"run_{each.state.value}"),
            each.device,
            f"{each.started_at.astimezone(scope.zone):%Y-%m-%d %H:%M}",
            each.seconds,
            each.here.value,
            each.cloud.value,
        )
        for each in machine.trainings
    ]
    return (
        table_of("work", columns(("what", "busy", "done"), words), work, words),
        table_of("costs", columns(("where", "part", "amount_in_period"), words, unit=unit), costs, words),
        table_of("trainings", columns(TRAININGS, words, unit=unit), trainings, words),
    )


def _charts(work: Table, costs: Table, words: Words) -> tuple[Chart, ...]:
    """Drawn from the tables."""
    return (
        Chart(words("chart_machine_costs"), Kind.STACK, costs, "where", "amount_in_period", series="part"),
        Chart(words("chart_work"), Kind.BARS, work, "what", "busy"),
    )
