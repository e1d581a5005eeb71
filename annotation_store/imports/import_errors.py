"""Why something that came from elsewhere is not taken: each text tells what to do."""

from annotation_store.errors import StoreError


class UnusableMatteError(StoreError, ValueError):
    """A matte, or a file of one, that cannot become a revision."""
