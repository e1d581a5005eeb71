"""Samples from nothing: alphas of things, most of them hard to cut out, drawn by formula, one phenomenon a file.

Each phenomenon has one function ``draw_*(rng, size) -> alpha``: float32, ``size`` x ``size``, [0, 1].

Beside them stands the pretext task of a paper, in batches on any device: ``patches.py``.
"""
