"""The pictures of the README and the operator's guide, from the real studio: ``python -m docs.make_pictures``."""
