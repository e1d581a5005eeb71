"""The REST API under ``/api/v1``: one file per noun, thin routes, errors as ``{"detail": "a sentence"}``."""
