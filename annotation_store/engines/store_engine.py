"""What a database must bring so that a store can be kept in it."""

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from annotation_store.errors import StoreError

PATIENCE = 30.0
"""Seconds that a writer waits for its turn."""

WRITE_WITHIN = "write_within"
"""The execution option of a connection that is to write: how many seconds it may wait for other processes.

A transaction that begins on such a connection has the pen: no other one can write before it ends.
"""


class StoreEngine(Protocol):
    """A database by its address."""

    @property
    def place(self) -> str:
        """Which database it is, as the subject of a sentence; without its password."""

    @property
    def reading(self) -> Engine:
        """Connections whose transactions see one consistent snapshot."""

    @property
    def writing(self) -> Engine:
        """Connections for WRITE_WITHIN; what they commit is on the disk."""

    def holds_tables(self) -> bool:
        """Whether a store was kept there before; creates nothing."""

    def migration(self, connection: Connection) -> AbstractContextManager[None]:
        """The one transaction in which tables are changed, on a connection with WRITE_WITHIN."""

    def alone(self, number: int) -> AbstractContextManager[bool]:
        """Whether nobody on another computer is in here under this number; processes of one computer lock a file."""

    def in_words(self, error: DBAPIError) -> StoreError | None:
        """What an operator can do about `error`; None if it is a fault of the program."""
