"""The base of all records."""

from dataclasses import fields
from typing import Self


class Record:
    """Base of the records whose fields are columns of one row."""

    __slots__ = ()

    @classmethod
    def of(cls, row: object) -> Self:
        """A copy of `row`, which outlives its database session."""
        return cls(**{field.name: getattr(row, field.name) for field in fields(cls)})  # type: ignore[arg-type]
