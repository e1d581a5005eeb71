"""Deciding about images one after the other: which ones are meant, and what became of each."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from annotation_store.states import ImageState
from matting_core.errors import MattingError
from studio.commands.errors import CommandError
from studio.commands.options import existing_store, settings_from, speak_only_of_faults
from studio.commands.terminal import StatusLine, complain, print_json, progress_bar

if TYPE_CHECKING:
    from annotation_store.records import ImageRecord
    from annotation_store.store import Store
    from studio.settings import Settings

PAGE = 200
"""So many images are read at once."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was asked for and not done. id: None where there is no such image."""

    id: int | None
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What a decision is asked for. refused: what was named and is not there, and why not."""

    store: "Store"
    settings: "Settings"
    images: tuple["ImageRecord", ...]
    refused: tuple[Refusal, ...]

    @property
    def by(self) -> str:
        return self.settings.person


@contextmanager
def choice_of(
    data_dir: Path | None, named: Sequence[str] | None, all_of: ImageState | None, project: str | None
) -> "Iterator[Choice]":
    """Raises CommandError if there is no studio; a usage error unless images or --all are given, and not both."""
    if bool(named) == (all_of is not None):
        raise typer.BadParameter("name images, or give --all STATE", param_hint="IMAGE")
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    with existing_store(settings) as store:
        project_ids = project_ids_of(store, project)
        if all_of is not None:
            yield Choice(store, settings, tuple(oldest_first(store, [all_of], project_ids)), ())
            return
        found: dict[int, ImageRecord] = {}
        refused: list[Refusal] = []
        for name in named or ():
            try:
                image = _named(store, name, project_ids)
                found[image.id] = image
            except MattingError as error:
                refused.append(Refusal(None, name, str(error)))
        yield Choice(store, settings, tuple(found.values()), tuple(refused))


def _named(store: "Store", name: str, project_ids: Sequence[int] | None) -> "ImageRecord":
    """The image of this number, else the only one of this name. Raises CommandError or NotFoundError."""
    from annotation_store import gallery

    if name.isdecimal():
        image = gallery.get_image(store, int(name))
        if image.honeypot_of_id is not None or (project_ids is not None and image.project_id not in project_ids):
            raise CommandError(f"there is no image {name} here: `review list` has the numbers")
        return image
    alike = [image for image in _newest_first(store, None, project_ids, search=name) if image.name == name]
    if not alike:
        raise CommandError("there is no image of this name: `review list` has the names")
    if len(alike) > 1:
        numbers = ", ".join(str(image.id) for image in reversed(alike))
        raise CommandError(f"several images have this name: give one of their numbers {numbers}")
    return alike[0]


def _newest_first(
    store: "Store", states: Sequence[ImageState] | None, project_ids: Sequence[int] | None, *, search: str = ""
) -> "Iterator[ImageRecord]":
    from annotation_store import gallery

    before: int | None = None
    while page := gallery.list_images(
        store, states=states, project_ids=project_ids, search=search, before=before, limit=PAGE
    ):
        yield from page
        before = page[-1].id


def oldest_first(
    store: "Store", states: Sequence[ImageState], project_ids: Sequence[int] | None
) -> "list[ImageRecord]":
    return list(_newest_first(store, states, project_ids))[::-1]


def project_ids_of(store: "Store", project: str | None) -> Sequence[int] | None:
    from annotation_store.projects import project_named

    return None if project is None else [project_named(store, project).id]


@contextmanager
def approving(choice: Choice) -> "Iterator[Callable[[ImageRecord], ImageRecord]]":
    """Approves an image as the desk shows it: with the edits on it, and what the live model makes of them."""
    from studio.desk.session import EditingSession
    from studio.desk.snapshots import Snapshots
    from studio.device.live_model import LiveModel

    store, settings = choice.store, choice.settings
    live = LiveModel(store, device=settings.device, threads=settings.threads)
    snapshots = Snapshots(store.folder / "cache" / "snapshots")

    def approve_one(image: "ImageRecord") -> "ImageRecord":
        session = EditingSession(store, image.id, live=lambda: live.get(image.id), snapshots=snapshots)
        seen = session.document()
        return session.approve(revision=seen.revision_id, position=seen.position, by=choice.by)

    try:
        yield approve_one
    finally:
        snapshots.flush()


def decide_all(choice: Choice, decide: "Callable[[ImageRecord], ImageRecord]", verdict: str, *, as_json: bool) -> None:
    """Decide about each image; a refusal is a line, and stops none of the others."""
    done: list[ImageRecord] = []
    refused = list(choice.refused)
    with StatusLine() as line:
        for number, image in enumerate(choice.images, start=1):
            try:
                done.append(decide(image))
            except MattingError as error:
                refused.append(Refusal(image.id, image.name, str(error)))
            line.show(progress_bar(number / len(choice.images), image.name))
    answer(verdict, done, refused, as_json=as_json)


def answer(verdict: str, done: "Sequence[ImageRecord]", refused: Sequence[Refusal], *, as_json: bool) -> None:
    """Tell what was decided; the exit status is 1 if anything was refused."""
    if as_json:
        decided = [{"id": image.id, "name": image.name, "state": image.state.value} for image in done]
        print_json({verdict: decided, "refused": [asdict(each) for each in refused]})
    else:
        typer.echo(f"{len(done)} {verdict}, {len(refused)} refused")
    for each in refused:
        complain(f"{each.name}: {each.reason}")
    if refused:
        raise typer.Exit(1)
