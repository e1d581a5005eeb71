"""``review``: what waits for a decision, and deciding it from a shell."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotation_store.states import ImageState
from studio.commands import completion
from studio.commands.deciding import (
    PAGE,
    Refusal,
    answer,
    approving,
    choice_of,
    decide_all,
    oldest_first,
    project_ids_of,
)
from studio.commands.errors import CommandError
from studio.commands.options import AsJson, DataDir, existing_store, settings_from, speak_only_of_faults
from studio.commands.terminal import print_json, table

if TYPE_CHECKING:
    from annotation_store.records import ImageRecord
    from annotation_store.store import Store

review = typer.Typer(
    help="""Decide about images: list, approve, return, skip, reopen.

Decisions are those of the person in MATTELOOP_OPERATOR, else of the login name, under the rules of each project: where
it asks for four eyes, nobody approves what they drew or submitted themselves. The exit status is 1 if a decision was
refused; each refusal is a line that says why, and stops none of the others.

\b
Examples:
  python app.py review list
  python app.py review approve shirt_01.jpg
  python app.py review return 12 --reason "the collar is cut off"
""",
    no_args_is_help=True,
    rich_markup_mode=None,
)

UNDECIDED = (ImageState.IN_REVIEW, ImageState.READY, ImageState.IN_CORRECTION)
"""What `list` tells of unless it is asked for other states: first what waits for a reviewer."""

Images = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[IMAGE]...",
        help="Numbers or names of images.",
        show_default=False,
        autocompletion=completion.image_names,
    ),
]
AllOf = Annotated[
    ImageState | None,
    typer.Option("--all", metavar="STATE", help="Every image in this state: ready, in_review ...", show_default=False),
]
Project = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Only images of this project; else of all.",
        show_default=False,
        autocompletion=completion.project_names,
    ),
]


@review.command("list")
def list_images(
    *,
    state: Annotated[
        list[ImageState] | None,
        typer.Option(
            metavar="STATE",
            help="Images in this state; may be given several times.  [default: in_review, ready, in_correction]",
            show_default=False,
        ),
    ] = None,
    project: Project = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """List what waits for a reviewer, then what is open for correction.

    What came first is first. A confidence is that of a draft, 0 to 1.

    \b
    Examples:
      python app.py review list
      python app.py review list --state in_review --json
      python app.py review list --state approved --project General
    """
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    with existing_store(settings) as store:
        told = list(_told(store, state or UNDECIDED, project_ids_of(store, project)))
    if as_json:
        print_json(told)
        return
    header = ("Image", "Name", "Project", "State", "Confidence", "Submitted by")
    rows = [
        (
            str(each["id"]),
            str(each["name"]),
            str(each["project"]),
            str(each["state"]),
            "" if each["confidence"] is None else f"{each['confidence']:.2f}",
            str(each["submitted_by"] or ""),
        )
        for each in told
    ]
    typer.echo(table(header, rows, right=(0, 4)))


@review.command()
def approve(
    images: Images = None,
    *,
    all_of: AllOf = None,
    all_sure: Annotated[
        bool,
        typer.Option(
            "--all-sure", help="All untouched drafts of --project that are sure enough, where the project allows that."
        ),
    ] = False,
    project: Project = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Approve images as they stand, with the edits that are on them.

    With --all-sure, drafts that nobody has touched are approved together, from the confidence on that their project
    has set for this; their decisions say so.

    \b
    Examples:
      python app.py review approve 12 shirt_01.jpg
      python app.py review approve --all in_review --project General
      python app.py review approve --all-sure --project Catalogue
    """
    if all_of is ImageState.READY:
        raise CommandError(
            "drafts that nobody has touched are not approved together like this: name those that you have looked at, "
            "or give --all-sure, where their project allows it"
        )
    if all_sure:
        if images or all_of is not None or project is None:
            raise typer.BadParameter("it needs --project NAME, and neither images nor --all", param_hint="--all-sure")
        _approve_sure(data_dir, project, as_json=as_json)
    else:
        with choice_of(data_dir, images, all_of, project) as choice, approving(choice) as approve_one:
            decide_all(choice, approve_one, "approved", as_json=as_json)


@review.command("return")
def return_images(
    images: Images = None,
    *,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="What is to be corrected.")],
    all_of: AllOf = None,
    project: Project = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Let images that are in review or approved be corrected again, and say why.

    \b
    Examples:
      python app.py review return shirt_02.jpg --reason "the collar is cut off"
    """
    from annotation_store import reviews

    with choice_of(data_dir, images, all_of, project) as choice:

        def send_back(image: "ImageRecord") -> "ImageRecord":
            return reviews.return_to_operator(choice.store, image.id, reason=reason, by=choice.by)

        decide_all(choice, send_back, "returned", as_json=as_json)


@review.command()
def skip(
    images: Images = None,
    *,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.", show_default=False)] = "",
    all_of: AllOf = None,
    project: Project = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Set images aside; their edits stay.

    \b
    Examples:
      python app.py review skip shirt_03.jpg --reason "out of focus"
    """
    from annotation_store import reviews

    with choice_of(data_dir, images, all_of, project) as choice:

        def set_aside(image: "ImageRecord") -> "ImageRecord":
            return reviews.skip(choice.store, image.id, reason=reason, by=choice.by)

        decide_all(choice, set_aside, "skipped", as_json=as_json)


@review.command()
def reopen(
    images: Images = None,
    *,
    all_of: AllOf = None,
    project: Project = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Take back that images were approved or skipped: they are open again as they stood.

    \b
    Examples:
      python app.py review reopen shirt_03.jpg
      python app.py review reopen --all skipped
    """
    from annotation_store import reviews

    with choice_of(data_dir, images, all_of, project) as choice:

        def open_again(image: "ImageRecord") -> "ImageRecord":
            return reviews.reopen(choice.store, image.id, by=choice.by)

        decide_all(choice, open_again, "reopened", as_json=as_json)


def _approve_sure(data_dir: Path | None, project: str, *, as_json: bool) -> None:
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    from annotation_store import gallery, reviews
    from annotation_store.projects import project_named

    with existing_store(settings) as store:
        project_id = project_named(store, project).id
        done: list[ImageRecord] = []
        left_out: dict[int, str] = {}
        reviews.approve_in_bulk(store, project_id, (), by=settings.person)  # says so where it is off
        while chosen := reviews.bulk_candidates(store, project_id, limit=PAGE):
            report = reviews.approve_in_bulk(store, project_id, [image.id for image in chosen], by=settings.person)
            done += report.approved
            left_out |= {each.image_id: each.why.value.replace("_", " ") for each in report.left_out}
            if not report.approved:  # all of them have become unfit since they were listed
                break
        refused = [
            Refusal(number, gallery.get_image(store, number).name, f"it has become unfit meanwhile: {why}")
            for number, why in left_out.items()
        ]
    answer("approved", done, refused, as_json=as_json)


def _told(
    store: "Store", states: Sequence[ImageState], project_ids: Sequence[int] | None
) -> "Iterator[dict[str, Any]]":
    from annotation_store.kinds import Verdict
    from annotation_store.projects import list_projects
    from annotation_store.reviews import list_decisions

    names = {project.id: project.name for project in list_projects(store)}
    for state in sorted(states, key=list(UNDECIDED + tuple(ImageState)).index):
        for image in oldest_first(store, [state], project_ids):
            submission = None
            if state is ImageState.IN_REVIEW:
                submission = [each for each in list_decisions(store, image.id) if each.verdict is Verdict.SUBMITTED][-1]
            yield {
                "id": image.id,
                "name": image.name,
                "project": names[image.project_id],
                "state": state.value,
                "confidence": image.confidence,
                "flagged": image.flagged,
                "submitted_by": None if submission is None else submission.author,
                "submitted_at": None if submission is None else submission.created_at,
            }
