"""The Projects page: how the photos of each project are worked on."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import gradio as gr

from annotation_store import gallery, projects
from annotation_store.kinds import LearningPolicy, QueuePolicy
from annotation_store.people.roles import Ability
from annotation_store.projects import LARGEST_SHARE, ProjectSettings
from annotation_store.queue import honeypots
from annotation_store.records import ProjectRecord
from annotation_store.states import ImageState
from annotation_store.store import Store
from matting_core.errors import MattingError
from studio.i18n import Words
from studio.pages.door import guarded, visitor_here
from studio.pages.fragments import notice, table
from studio.studio import Studio
from studio.visible_projects import visible_projects

DEFAULT_CONFIDENCE = 0.98
HONEYPOTS = 20
"""So many finished photos of a project are served again, if it serves any."""


def build_projects_page(studio: Studio, say: gr.I18n, page: gr.Blocks) -> None:
    """Build the page inside `page`, the route that is being built."""
    store = studio.store
    overview = gr.HTML(elem_id="projects", padding=False)
    with gr.Row(visible=False) as creating:
        new_name = gr.Textbox(label=say("new_project"), scale=3, elem_id="new-project")
        create = gr.Button(say("create_project"), scale=1, elem_id="create-project")
    chosen = gr.Dropdown(label=say("project"), choices=[], elem_id="chosen-project")
    with gr.Column(elem_id="project-settings"):
        with gr.Row():
            name = gr.Textbox(label=say("project_name"), elem_id="project-name")
            tag = gr.Textbox(label=say("project_tag"), info=say("project_tag_info"), elem_id="project-tag")
        policy = gr.Radio(
            [(say(f"policy_{each.value}"), each.value) for each in QueuePolicy],
            label=say("policy"),
            info=say("policy_info"),
            elem_id="policy",
        )
        with gr.Row():
            random_share = gr.Slider(
                0, LARGEST_SHARE, step=0.01, label=say("random_share"), info=say("random_share_info")
            )
            honeypot_share = gr.Slider(
                0, LARGEST_SHARE, step=0.01, label=say("honeypot_share"), info=say("honeypot_share_info")
            )
        with gr.Row():
            four_eyes = gr.Checkbox(label=say("four_eyes"), info=say("four_eyes_info"), elem_id="four-eyes")
            bulk = gr.Checkbox(label=say("bulk"), info=say("bulk_info"), elem_id="bulk")
            confidence = gr.Slider(0.5, 1, step=0.01, label=say("bulk_confidence"), elem_id="bulk-confidence")
        with gr.Row():
            learning = gr.Radio(
                [(say(f"learns_{each.value}"), each.value) for each in LearningPolicy],
                label=say("learns"),
                info=say("learns_info"),
                scale=2,
                elem_id="learning-policy",
            )
            canary_share = gr.Slider(
                0, LARGEST_SHARE, step=0.01, label=say("canary_share"), info=say("canary_share_info"), scale=1
            )
        by_person = gr.Checkbox(
            label=say("by_person"), info=say("by_person_info"), interactive=False, elem_id="figures-by-person"
        )
        guidelines = gr.Textbox(label=say("guidelines"), info=say("guidelines_info"), lines=8, elem_id="guidelines")
        with gr.Row():
            save = gr.Button(say("save"), variant="primary", elem_id="save-project")
            archive = gr.Button(say("archive"), visible=False, elem_id="archive-project")
    answer = gr.HTML(elem_id="projects-answer", padding=False)
    queue = [policy, random_share, honeypot_share, four_eyes, bulk, confidence]
    fields = [name, tag, *queue, learning, canary_share, guidelines, by_person]

    def find(project_id: int | None) -> ProjectRecord | None:
        """The project that was chosen, if it is one of theirs: what the browser sends is never taken on trust."""
        return next((each for each in _mine() if each.id == project_id), None)

    def _mine() -> list[ProjectRecord]:
        visitor = visitor_here()
        if visitor.may(Ability.ADMINISTER):  # archived ones, too: they can be taken up again
            return list(projects.list_projects(store))
        return list(visible_projects(store, visitor))

    @guarded(Ability.LEAD)
    def open_page(project_id: int | None, request: gr.Request) -> tuple[object, ...]:
        mine, words = _mine(), Words.of(request)
        known = [each.id for each in mine]
        choices = [(_title(each, words), each.id) for each in mine]
        value = project_id if project_id in known else next(iter(known), None)
        may_administer = visitor_here().may(Ability.ADMINISTER)
        return (
            _overview(store, mine, words),
            gr.update(visible=may_administer),
            gr.update(choices=choices, value=value),
            gr.update(visible=may_administer),
        )

    @guarded(Ability.LEAD)
    def show(project_id: int | None, request: gr.Request) -> tuple[object, ...]:
        if (project := find(project_id)) is None:
            return (*[gr.skip()] * len(fields), gr.skip())
        words, may_administer = Words.of(request), visitor_here().may(Ability.ADMINISTER)
        return (
            project.name,
            project.tag,
            project.policy.value,
            project.random_share,
            project.honeypot_share,
            project.four_eyes,
            project.bulk_confidence is not None,
            DEFAULT_CONFIDENCE if project.bulk_confidence is None else project.bulk_confidence,
            project.learning.value,
            project.canary_share,
            project.guidelines,
            gr.update(
                value=project.figures_by_person,
                interactive=may_administer,
                info=words("by_person_info") if may_administer else words("by_person_admin"),
            ),
            words("archive") if project.archived_at is None else words("unarchive"),
        )

    @guarded(Ability.LEAD)
    def keep(
        project_id: int | None,
        name: str,
        tag: str,
        policy: str,
        random_share: float,
        honeypot_share: float,
        four_eyes: bool,
        bulk: bool,
        confidence: float,
        learning: str,
        canary_share: float,
        guidelines: str,
        by_person: bool,
        request: gr.Request,
    ) -> str:
        words = Words.of(request)
        if (project := find(project_id)) is None:
            return notice("bad", [words("choose_project_first")], testid="projects-answer")
        if not visitor_here().may(Ability.ADMINISTER):  # whatever the browser sends
            by_person = project.figures_by_person
        told: list[str] = []
        try:
            wanted = replace(
                ProjectSettings.of(project),
                tag=tag.strip(),
                policy=QueuePolicy(policy),
                random_share=random_share,
                honeypot_share=honeypot_share,
                four_eyes=four_eyes,
                bulk_confidence=confidence if bulk else None,
                learning=LearningPolicy(learning),
                canary_share=canary_share,
                guidelines=guidelines,
                figures_by_person=by_person,
            )
            projects.change_settings(store, project.id, wanted, by=visitor_here().name)
            projects.rename_project(store, project.id, name, by=visitor_here().name)
            if honeypot_share > 0:
                served = honeypots.choose_by_lot(store, project.id, wanted=HONEYPOTS, by=visitor_here().name)
                told.append(words("honeypots_chosen", count=served))
        except MattingError as error:
            return notice("bad", [str(error)], testid="projects-answer")
        return notice("good", [words("saved", name=name.strip()), *told], testid="projects-answer")

    @guarded(Ability.ADMINISTER)
    def make(name: str, chosen: int | None, request: gr.Request) -> tuple[str, int | None, str]:
        words = Words.of(request)
        try:
            made = projects.create_project(store, name, by=visitor_here().name)
        except MattingError as error:
            return notice("bad", [str(error)], testid="projects-answer"), chosen, name
        return notice("good", [words("project_made", name=made.name)], testid="projects-answer"), made.id, ""

    @guarded(Ability.ADMINISTER)
    def archive_or_not(project_id: int | None, request: gr.Request) -> str:
        words = Words.of(request)
        if (project := find(project_id)) is None:
            return notice("bad", [words("choose_project_first")], testid="projects-answer")
        by = visitor_here().name
        if project.archived_at is None:
            projects.archive_project(store, project.id, by=by)
            return notice("good", [words("project_archived", name=project.name)], testid="projects-answer")
        projects.unarchive_project(store, project.id, by=by)
        return notice("good", [words("project_unarchived", name=project.name)], testid="projects-answer")

    private = {"api_visibility": "private", "show_progress": "hidden"}
    listing = {"fn": open_page, "inputs": chosen, "outputs": [overview, creating, chosen, archive], **private}
    showing = {"fn": show, "inputs": chosen, "outputs": [*fields, archive], **private}
    page.load(**listing).then(**showing)
    chosen.input(**showing)
    save.click(keep, [chosen, *fields], answer, **private).then(**listing)
    create.click(make, [new_name, chosen], [answer, chosen, new_name], **private).then(**listing).then(**showing)
    archive.click(archive_or_not, chosen, answer, **private).then(**listing).then(**showing)


def _title(project: ProjectRecord, words: Words) -> str:
    return project.name if project.archived_at is None else words("archived", name=project.name)


def _overview(store: Store, shown: Sequence[ProjectRecord], words: Words) -> str:
    head = [words(key) for key in ("project", "project_tag", "policy", "column_open", "column_review", "column_done")]
    rows = []
    for project in shown:
        counts = gallery.count_by_state(store, project_ids=[project.id])
        rows.append(
            (
                f"<strong>{escape(_title(project, words))}</strong>",
                escape(project.tag),
                escape(words(f"policy_{project.policy.value}")),
                str(counts[ImageState.READY] + counts[ImageState.IN_CORRECTION]),
                str(counts[ImageState.IN_REVIEW]),
                str(counts[ImageState.APPROVED]),
            )
        )
    return table(head, rows, testid="projects")
