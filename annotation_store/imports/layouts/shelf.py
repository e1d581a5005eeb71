"""The files that no rule has taken yet."""

from collections.abc import Iterable, Iterator

from annotation_store.imports.found_files import FoundFile

_Key = tuple[int, str]


class Shelf:
    """Files in the order in which they were found; whoever knows what they are takes them off."""

    def __init__(self, files: Iterable[FoundFile]) -> None:
        self._left: dict[_Key, FoundFile] = {}
        self.twice: list[FoundFile] = []
        for file in files:
            if (key := (file.archive, file.path)) in self._left:
                self.twice.append(file)
            else:
                self._left[key] = file
        self.passed_over = 0

    def __iter__(self) -> Iterator[FoundFile]:
        return iter(tuple(self._left.values()))

    def at(self, archive: int, path: str) -> FoundFile | None:
        """The file of this path in the same archive, if it is still here."""
        return self._left.get((archive, path))

    def take(self, file: FoundFile) -> FoundFile:
        """Nobody else finds it from now on."""
        return self._left.pop((file.archive, file.path))

    def pass_over(self, file: FoundFile) -> None:
        """It is known and not needed."""
        self.take(file)
        self.passed_over += 1
