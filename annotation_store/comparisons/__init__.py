"""Blind comparisons: which of two mattes people like better, without knowing which is which."""
