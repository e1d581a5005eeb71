"""Going through files of which some may be damaged: one that cannot be read is passed over, and stops no others."""

import errno
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import TypeVar

from annotation_store.errors import NOT_NOW
from matting_core.errors import MattingError

Item = TypeVar("Item")
Measured = TypeVar("Measured")

PassedOver = MutableMapping[int, str]
"""What cannot be measured, by its id, and why. Whoever measures again and again keeps it: nothing is tried twice."""

_NO_FAULT_OF_A_FILE = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)


def read_on(
    items: Mapping[int, Item], measure: Callable[[Item], Measured], *, passed_over: PassedOver
) -> Iterator[Measured]:
    """What `measure` makes of each, but for those whose files cannot be read: these go into `passed_over`.

    What is no fault of a file is raised: the same may be done later.
    """
    for number, item in items.items():
        try:
            yield measure(item)
        except NOT_NOW:
            raise
        except (MattingError, OSError) as error:
            if isinstance(error, OSError) and error.errno in _NO_FAULT_OF_A_FILE:
                raise
            passed_over[number] = str(error)
