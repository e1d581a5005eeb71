"""The protocol behind which every layout stands."""

from collections.abc import Iterator
from typing import Protocol

from annotation_store.imports.layouts.bundle import Bundle
from annotation_store.imports.layouts.shelf import Shelf
from annotation_store.incoming import RejectedFile


class Layout(Protocol):
    """A rule that knows a layout when it sees one."""

    def __call__(self, shelf: Shelf) -> Iterator[Bundle | RejectedFile]:
        """What belongs together, taken off the shelf; what it does not know stays there.

        A file that should tell what belongs together and does not is rejected in words.
        """
        ...
