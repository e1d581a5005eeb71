"""Ways out of the studio; they read approved revisions only.

A list of approved mattes is frozen (`export_sets.py`), then written as often as one likes (`exporting.py`), in the
forms of `formats.py`, to a destination.
"""
