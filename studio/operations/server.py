"""The server, and how it closes: no new connection, streams end, what is in hand is answered, all within bounds.

A stroke that is acknowledged is stored already, whatever happens. What is waited for here is that those which are in
hand are acknowledged, too; whoever hears nothing sends the same again, and nothing counts twice.
"""

import asyncio
import signal
import socket
import time
from types import FrameType

import structlog
import uvicorn

from studio.operations.closing import Closing

log = structlog.get_logger()

GRACE_SECONDS = 20
"""For what is in hand; a download may take longer, and is broken off then."""


class Server(uvicorn.Server):
    """notice_seconds: how long it goes on serving while ``/readyz`` says no already, for a proxy that must see that."""

    def __init__(self, config: uvicorn.Config, closing: Closing, *, notice_seconds: float = 0) -> None:
        super().__init__(config)
        self._closing = closing
        self._notice_seconds = notice_seconds

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._closing.begin()
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._closing.begin()
        if signal.SIGINT not in self._captured_signals:  # at Ctrl-C somebody waits in front of it
            await self._give_notice()
        began = time.monotonic()
        log.info("closing", in_hand=len(self.server_state.tasks) - len(self._closing.streams))
        self._closing.end_streams()
        await super().shutdown(sockets)
        log.info("closed", seconds=round(time.monotonic() - began, 1))

    async def _give_notice(self) -> None:
        end = time.monotonic() + self._notice_seconds
        while not self.force_exit and (left := end - time.monotonic()) > 0:
            await asyncio.sleep(min(0.1, left))
