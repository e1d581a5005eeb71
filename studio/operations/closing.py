"""Whether the studio is on its way out."""

import asyncio


class Closing:
    """Begun once, by a signal, and never taken back.

    streams: requests whose answer goes on for as long as a page is open. They are not waited for.
    """

    def __init__(self) -> None:
        self._has_begun = False  # no Event: a signal may come while this thread holds the lock of one
        self.streams: set[asyncio.Task[object]] = set()

    @property
    def has_begun(self) -> bool:
        return self._has_begun

    def begin(self) -> None:
        """May be called in the middle of anything, by a signal."""
        self._has_begun = True

    def end_streams(self) -> None:
        """In the loop that serves them."""
        for stream in self.streams:
            stream.cancel()
