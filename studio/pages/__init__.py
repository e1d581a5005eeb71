"""What people see: one file per page, put together in ``face.py``."""
