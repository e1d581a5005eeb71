"""The figures of a pilot: all that was measured on its photos so far, arm by arm, and what follows from it."""

from annotation_store.pilots.pilot_report import PilotReport

__all__ = ["PilotReport"]
