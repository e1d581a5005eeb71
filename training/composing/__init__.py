"""Synthetic photographs with true alphas, composed in batches on any device from unlabelled photos and drawn alphas.

Everything here is PyTorch and takes its chance from a `torch.Generator`: the same code, and from the same seed the
same kind of picture, on a CPU and on a GPU.
"""
