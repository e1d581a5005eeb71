"""The file by which one worker at a time is at work in a data folder."""

LOCK_FILE = ".worker.lock"
"""In the data folder; the system lets go of it however its holder ends."""
