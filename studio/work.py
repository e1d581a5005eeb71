"""The kinds of work that are done in the background. A worker does all of them, or those that its settings name."""

from enum import StrEnum


class Work(StrEnum):
    """As the setting and the queues call them."""

    DRAFTS = "drafts"  # of photos that wait
    TRAININGS = "trainings"  # and judging what was trained elsewhere
    CHORES = "chores"  # all that a studio needs one of at a time: see studio/chores.py
