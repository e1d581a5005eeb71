"""Words that people leave beside an image: why it was returned, what to look at. Plain text, bounded."""

from annotation_store.errors import InvalidTextError

MAX_REMARK = 2000


def check_remark(text: str) -> str:
    """`text` without white space around it.

    Raises InvalidTextError if it has more than MAX_REMARK characters, or NUL, which not every database can keep.
    """
    text = text.strip()
    if "\0" in text:
        raise InvalidTextError("This text holds the invisible character NUL, which cannot be kept: remove it.")
    if len(text) > MAX_REMARK:
        raise InvalidTextError(f"This text has {len(text)} characters: shorten it to {MAX_REMARK}.")
    return text


def require_remark(text: str, *, asked_for: str) -> str:
    """As `check_remark`, but an empty text is an InvalidTextError that says what is `asked_for`."""
    if not (text := check_remark(text)):
        raise InvalidTextError(f"The text is empty: write {asked_for}.")
    return text
