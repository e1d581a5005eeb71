"""Networks and the matting models around them, by name in ``registry.py``."""
