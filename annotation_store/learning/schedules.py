"""When a schedule comes up: a cron expression in a time zone, by the rules of Debian's cron.

Where clocks are put forward, what would have come in the hour that is left out comes right after it; where they are put
back, it comes once, in the first of the two hours.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from annotation_store.errors import InvalidTriggerError

FIELDS = 5
LONGEST = 100
LONGEST_CHANGE = timedelta(hours=3)
"""By which clocks are put forward or back at most."""


def check_schedule(expression: str) -> str:
    """The expression as it is kept. Raises InvalidTriggerError unless it has five fields and a next moment."""
    expression = " ".join(expression.split())
    example = "write minute, hour, day, month and weekday, as in “0 2 * * *” for every night at two"
    if len(expression) > LONGEST or len(expression.split()) != FIELDS:
        raise InvalidTriggerError(f"A schedule has {FIELDS} fields: {example}.")
    try:
        next(CronSim(expression, datetime(2026, 1, 1)))
    except CronSimError as error:
        reason = str(error).removeprefix("Bad ")
        raise InvalidTriggerError(f"The {reason} of the schedule “{expression}” cannot be read: {example}.") from error
    except StopIteration:
        raise InvalidTriggerError(f"The schedule “{expression}” never comes up: {example}.") from None
    return expression


def check_time_zone(name: str) -> str:
    """The name of a time zone, as in ``Asia/Tokyo``. Raises InvalidTriggerError if there is none of this name."""
    name = name.strip()
    try:
        return ZoneInfo(name).key
    except (KeyError, OSError, ValueError):  # unknown, a folder of zones, no name at all
        text = f"There is no time zone “{name[:LONGEST]}”: write it as Asia/Tokyo, Europe/Berlin or UTC."
        raise InvalidTriggerError(text) from None


def next_moment(expression: str, time_zone: str, *, after: datetime) -> datetime | None:
    """The first moment after `after`, both in UTC; None if fifty years bring none."""
    return next((moment for moment in _moments(expression, time_zone, after) if moment > after), None)


def last_moment(expression: str, time_zone: str, *, until: datetime) -> datetime | None:
    """The last moment up to and with `until`, both in UTC; None if fifty years had none."""
    back = _moments(expression, time_zone, until + LONGEST_CHANGE, reverse=True)
    return next((moment for moment in back if moment <= until), None)


def _moments(expression: str, time_zone: str, start: datetime, *, reverse: bool = False) -> Iterator[datetime]:
    """From `start` on, or back: about, where clocks change, so whoever asks looks at each moment once more.

    In UTC, where the two hours that a clock shows alike are told apart.
    """
    local = start.astimezone(ZoneInfo(time_zone))
    yield from (moment.astimezone(UTC) for moment in CronSim(expression, local, reverse=reverse))
