"""A place for exports in memory."""

from collections.abc import Mapping


class Shelf:
    """A destination that keeps files in memory; begun: what is there from before."""

    def __init__(self, begun: Mapping[str, bytes] | None = None, digests: Mapping[str, str] | None = None) -> None:
        self.files: dict[str, bytes] = dict(begun or {})
        self._digests = dict(digests or {})
        self.put_paths: list[str] = []
        self.is_finished = self.was_given_up = False

    def begin(self, mark: str) -> Mapping[str, str]:
        self.mark = mark
        return self._digests

    def put(self, path: str, data: bytes) -> None:
        assert not self.is_finished
        self.files[path] = bytes(data)
        self.put_paths.append(path)

    def finish(self) -> None:
        self.is_finished = True

    def give_up(self) -> None:
        self.was_given_up = True
