"""A studio on many computers: what drafting and strokes gain from a second process, and how far that carries.

``python -m benchmarks.scale`` measures real processes; ``python -m benchmarks.scale.store_at_size`` asks a store of a
million photos; ``python -m benchmarks.scale.projection`` reckons from what was measured to a studio of any size.
"""
