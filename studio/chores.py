"""What a studio needs one of at a time, however many workers it has: they take turns.

On PostgreSQL a turn is an advisory lock. It may be lost with its connection, and then another worker may begin while
this one is still at it; so each chore is also safe, if wasteful, when two do it at once. On SQLite, the worker of the
data folder is the only one.
"""

from collections.abc import Callable
from enum import IntEnum

import structlog

from annotation_store.errors import NOT_NOW
from annotation_store.store import Store

log = structlog.get_logger()

_FIRST = int.from_bytes(b"chores") * 100


class Chore(IntEnum):
    """By the number of its lock, which is the same in all versions of the program."""

    REMINDING = _FIRST + 1  # of what waits without a message; burying workers that are gone
    TRIGGERS = _FIRST + 2  # beginning trainings, deciding on canaries
    INSIGHTS = _FIRST + 3  # measuring what was approved
    WEBHOOKS = _FIRST + 4  # making messages of what happened, and taking those in hand that are due
    WATCH_FOLDER = _FIRST + 5  # taking in what has come
    OUTBOX = _FIRST + 6  # writing what was approved
    COMPARISONS = _FIRST + 7  # making their mattes, and giving one up


def in_turn(store: Store, chore: Chore, do: Callable[[], object]) -> bool:
    """Do it now unless another worker is at it; whether that came to an end.

    A database that cannot be used now is told to the log: the next turn comes soon. Else it raises what `do` raises.
    """
    try:
        with store.database.alone(chore) as is_mine:
            if is_mine:
                do()
            return is_mine
    except NOT_NOW as error:
        log.warning("a chore waits", chore=chore.name.lower(), reason=str(error))
        return False
