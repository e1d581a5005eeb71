"""The classical prior: sampled colours, closed-form matting of the unknown region at half resolution, and the way back
to full resolution. `classical_prior.py` puts them together.
"""
