"""Numbers of rows in what a browser sends."""

LARGEST_ID = 2**63 - 1  # of the store


def number_in(sent: object, *, least: int = 1) -> int | None:
    """The number, from `least` on; None for whatever else a browser sends."""
    written = str(sent)
    if not (written.isascii() and written.isdecimal() and len(written) < 20):
        return None
    return number if least <= (number := int(written)) <= LARGEST_ID else None
