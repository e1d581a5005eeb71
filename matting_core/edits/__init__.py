"""What an operator can do to a trimap and an alpha, each by one exact rule: see `edit.py`."""
