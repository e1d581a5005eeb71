"""Blobs: all that rows name are there, and hold what they are named by; and what else lies among them."""

from collections.abc import Callable, Collection, Iterator

from annotation_store.blobs import BlobStore, FileKind
from annotation_store.keeping.blob_copies import is_sound
from annotation_store.keeping.blob_references import BlobOwner, owners_of, referenced
from annotation_store.keeping.collecting import GRACE
from annotation_store.keeping.finding import Finding, damage, notice
from annotation_store.keeping.many_hands import each_in_turn
from annotation_store.keeping.tally import Tally
from annotation_store.store import Store

Say = Callable[[float, str], None]


def blobs_of_rows(store: Store, *, read: bool, say: Say) -> Iterator[Finding]:
    """read: compare the bytes of each blob with its name, not only see that it is there and not empty."""
    before = store.blobs.now() - GRACE.total_seconds()  # before the rows: what is put from now on is younger
    with store.database.read() as session:
        names = referenced(session)
    unseen = set(names)
    what_else = list(_what_else(store.blobs, names, unseen, before))
    for name, fault in _faults(store.blobs, names if read else unseen, read=read, say=say):
        with store.database.read() as session:
            yield damage(*_told(fault, name, owners_of(session, name)))
    yield from what_else


def blobs_alone(store: Store, *, read: bool, say: Say) -> Iterator[Finding]:
    """The same where the rows cannot be asked: each blob that is there, by its own name."""
    lists = (store.blobs.in_place(), store.blobs.aside())
    names = {file.name for files in lists for file in files if file.kind is FileKind.BLOB}
    for name, fault in _faults(store.blobs, names, read=read, say=say):
        yield damage(*_told(fault, name, ()))


def _faults(blobs: BlobStore, names: Collection[str], *, read: bool, say: Say) -> Iterator[tuple[str, str]]:
    """The names of those that are missing or damaged, and which of these they are."""
    looked_at = each_in_turn(lambda name: _fault_of(blobs, name, read=read), sorted(names), hands=blobs.hands)
    for done, (name, fault) in enumerate(looked_at, start=1):
        if fault is not None:
            yield name, fault
        say(done / len(names), f"file {done} of {len(names)}")


def _fault_of(blobs: BlobStore, name: str, *, read: bool) -> str | None:
    match blobs.size(name):
        case None:
            return "missing"
        case 0:
            return "damaged"
    return "damaged" if read and not is_sound(blobs, name) else None


def _told(fault: str, name: str, owners: Collection[BlobOwner]) -> tuple[str, str]:
    """The name of the check, and the message."""
    owner = next(iter(owners), BlobOwner("a file that the database did not tell about", "restore it from a backup"))
    more = f" (and for {len(owners) - 1} more)" if len(owners) > 1 else ""
    words = owner.words[0].upper() + owner.words[1:]
    return f"{fault}-blob", f"{words}{more} is {fault}: {owner.remedy}. It is the file {name}."


def _what_else(blobs: BlobStore, names: Collection[str], unseen: set[str], before: float) -> Iterator[Finding]:
    """What no row names. Of `unseen`, those are taken out that lie in their place and are not empty."""
    orphans = aside = leftovers = Tally()
    strange: list[str] = []
    for file in blobs.in_place():
        match file.kind:
            case FileKind.BLOB if file.name in names:
                if file.size:
                    unseen.discard(file.name)
            case FileKind.BLOB if file.changed < before:
                orphans = orphans.plus(file.size)
            case FileKind.LEFTOVER if file.changed < before:
                leftovers = leftovers.plus(file.size)
            case FileKind.STRANGE:
                strange.append(file.name)
    for file in blobs.aside():
        if file.kind is FileKind.STRANGE:
            strange.append(file.name)
        elif file.name not in names:
            aside = aside.plus(file.size)
    if orphans.files:
        yield notice("orphans", f"Nothing needs {orphans} among the blobs: `collect` makes room.")
    if aside.files:
        yield notice("set-aside", f"{aside} that nothing needs wait to be deleted by a later `collect`.")
    if leftovers.files:
        yield notice("leftovers", f"Writers that crashed left {leftovers} half written: `collect` deletes them.")
    if strange:
        yield notice(
            "strange-files",
            f"{len(strange)} of the files among the blobs are not the studio's, such as {strange[0]}: see whose "
            "they are.",
        )
