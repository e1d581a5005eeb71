"""A studio at work whose processes are killed one after the other, and what is found on the disk each time."""

import random
import time
import zipfile
from pathlib import Path
from typing import Self

from small_images import approve, draft

from annotation_store.blobs import digest_of
from annotation_store.states import ImageState
from annotation_store.store import open_store
from faults.clients import WIDTH, Client, Downloader, Operator, Uploader, new_photo
from faults.deaths import Death, Moment
from faults.mortal_studio import PATIENCE_SECONDS, MortalStudio
from faults.promises import Decision, Promises
from faults.soundness import examine, states_of
from training.built_in_models import register_built_in_models

OPERATORS = 4
LONGEST_LIFE = 1.6  # seconds of a studio that dies by chance; it answers after half a second
AIMED_PATIENCE = 20.0
LINES_TOLD = 60  # of the log, with a failure
KILLED = -9
TIMES = {
    Moment.BEFORE_FSYNC: 12,
    Moment.AFTER_FSYNC: 12,
    Moment.BEFORE_RENAME: 5,
    Moment.AFTER_RENAME: 5,
    Moment.AFTER_STATEMENT: 20,
    Moment.BEFORE_COMMIT: 12,
    Moment.AFTER_COMMIT: 12,
    Moment.BEFORE_ANSWER: 20,
    Moment.AFTER_ANSWER: 20,
}
"""At the latest so many times a death is aimed at: each comes within a second or so of work."""

ANSWERS = (Moment.BEFORE_ANSWER, Moment.AFTER_ANSWER)
RENAMES = (Moment.BEFORE_RENAME, Moment.AFTER_RENAME)


class Ordeal:
    """Leave it as a context; an error that leads out of it is told with the story up to there.

    folder: empty. seed: decides when who dies, and what is done meanwhile.
    """

    def __init__(self, folder: Path, *, seed: str) -> None:
        self.chance = random.Random(seed)
        self.studio = MortalStudio(folder / "data", beside=folder)
        self.promises = Promises()
        self.story: list[str] = []
        self.aimed = 0
        self._exported = folder / "cutouts.zip"
        self._incoming = folder / "incoming"
        self._incoming.mkdir()
        images = self._fill()
        where, promises = self.studio.address, self.promises
        self.clients: list[Client] = [
            *(Operator(where, promises, image=image, seed=seed) for image in images),
            Uploader(where, promises, seed=seed),
            Downloader(where, promises, seed=seed),
        ]

    def __enter__(self) -> Self:
        for client in self.clients:
            client.start()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None:
            for client in self.clients:
                client.desert()
            said = self.studio.log.read_text().splitlines()[-LINES_TOLD:] if self.studio.log.exists() else []
            error.add_note("\n".join(["What happened:", *self.story, "What the processes said last:", *said]))
            self.studio.kill(together=True)

    @property
    def kills(self) -> int:
        return len(self.story)

    def go_on(self, kills: int) -> None:
        """Until that many processes are dead. Raises AssertionError at the first thing that is wrong."""
        lives = [self._one_aimed_at] * 6 + [self._one_by_chance, self._one_beside_an_ingest, self._one_beside_an_export]
        while self.kills < kills:
            for life in self.chance.sample(lives, len(lives)):
                life()
                if self.chance.random() < 0.5:  # else the next studio is the first to open what the dead one left
                    self.examine()
                if self.kills >= kills:
                    return

    def end(self) -> None:
        """Nobody dies any more: everything that was asked for is done, and the studio closes in order."""
        self.studio.start()
        self.studio.wait_until_it_answers()
        for client in self.clients:
            client.end()
        end = time.monotonic() + PATIENCE_SECONDS
        while unfinished := {ImageState.WAITING, ImageState.DRAFTING} & set(states_of(self.studio.folder).values()):
            assert time.monotonic() < end, f"photos are still {unfinished}"
            time.sleep(0.05)
        self.studio.close()
        self.examine(at_rest=True)

    def examine(self, *, at_rest: bool = False) -> None:
        """Raise AssertionError, with all that is wrong."""
        findings = examine(self.studio.folder, self.promises, at_rest=at_rest)
        assert not findings, "\n".join(findings)
        for client in self.clients:
            if client.error is not None:
                raise client.error

    def _one_aimed_at(self) -> None:
        """A studio that dies at a chosen moment of its work, or of its worker's."""
        in_worker = self.chance.random() < 0.3
        death = self._death(*(set(ANSWERS) if in_worker else ()), in_worker=in_worker)
        if in_worker:  # it needs something to do
            self._take_in(3)
        self.studio.start(death)
        is_dead = self.studio.dies_within(AIMED_PATIENCE)
        self.studio.kill(together=death.together)
        self._tell(str(death) if is_dead else f"killed, for it never came to this: {death}", aimed=is_dead)

    def _one_by_chance(self) -> None:
        self.studio.start()
        self._work(self.chance.uniform(0, LONGEST_LIFE))
        self._kill()

    def _one_beside_an_ingest(self) -> None:
        """First an ingest dies, then the studio; the photos are taken in once more."""
        self.studio.start()
        self.studio.wait_until_it_answers()
        self._take_in(6, self._death(*ANSWERS))
        self._kill()

    def _one_beside_an_export(self) -> None:
        """First an export dies, then the studio. The zip is whole, this one or the one before."""
        self.studio.start()
        self.studio.wait_until_it_answers()
        death = Death(self.chance.choice(RENAMES), 1)
        process = self.studio.command("export", str(self._exported), death=death)
        process.join(PATIENCE_SECONDS)
        assert process.exitcode == KILLED, f"the export ended with {process.exitcode}"
        self._tell(f"export: {death}", aimed=True)
        if self._exported.exists() and (damaged := zipfile.ZipFile(self._exported).testzip()):
            raise AssertionError(f"{damaged} in the exported zip is damaged")
        self._kill()

    def _kill(self) -> None:
        together = self.chance.random() < 0.5
        self.studio.kill(together=together)
        self._tell("main process is killed" + (", all with it" if together else ""))

    def _work(self, seconds: float) -> None:
        assert not self.studio.dies_within(seconds), "the studio has fallen by itself"

    def _death(self, *left_out: Moment, in_worker: bool = False) -> Death:
        moment = self.chance.choice([moment for moment in Moment if moment not in left_out])
        together = in_worker or self.chance.random() < 0.5
        return Death(moment, self.chance.randint(1, TIMES[moment]), in_worker=in_worker, together=together)

    def _take_in(self, count: int, death: Death | None = None) -> None:
        """By ``python app.py ingest``, again and again until it has said that it is done."""
        first = 100_000 + len(list(self._incoming.iterdir()))
        photos = {self._incoming / f"shoe_{number}.png": new_photo(number) for number in range(first, first + count)}
        for name, photo in photos.items():
            name.write_bytes(photo)
        with self.promises.taking_in([digest_of(photo) for photo in photos.values()]):
            while True:
                process = self.studio.command("ingest", *map(str, photos), death=death)
                process.join(PATIENCE_SECONDS)
                if process.exitcode == 0:
                    return
                assert process.exitcode == KILLED, f"ingest ended with {process.exitcode}"
                self._tell(f"ingest: {death}", aimed=True)
                death = None

    def _tell(self, happened: str, *, aimed: bool = False) -> None:
        self.story.append(f"{len(self.story) + 1}. {happened}")
        self.aimed += aimed

    def _fill(self) -> list[int]:
        """A photo for each operator, and one that is approved; returns the former."""
        store = open_store(self.studio.folder)
        register_built_in_models(store)
        images = [draft(store, f"cup_{number}.png", number, width=WIDTH) for number in range(OPERATORS)]
        photos = [*images, approve(store, "saucer.png", OPERATORS)]
        store.database.close()
        self.promises.photos |= {photo.sha256 for photo in photos}
        self.promises.decisions[photos[-1].id].append(Decision("approved", photos[-1].head_revision_id or 0))
        return [image.id for image in images]
