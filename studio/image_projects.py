"""To which project an image belongs: asked before every answer about it, and the same for good."""

from annotation_store import gallery
from annotation_store.store import Store

CAPACITY = 200_000


class ImageProjects:
    """Thread-safe: all that is kept are numbers that never change, in one dictionary."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[int, int] = {}

    def knows(self, image_id: int) -> bool:
        """Whether `of_image` answers without asking the store."""
        return image_id in self._known

    def of_image(self, image_id: int) -> int:
        """The number of the project. Raises NotFoundError if there is no such image."""
        if (project := self._known.get(image_id)) is None:
            project = gallery.get_image(self._store, image_id).project_id
            if len(self._known) >= CAPACITY:
                self._known.clear()
            self._known[image_id] = project
        return project
