"""The People page: who is in the studio, what each may do, and links for those who are to come."""

from collections.abc import Callable, Sequence
from html import escape

import gradio as gr

from annotation_store import projects
from annotation_store.kinds import Role
from annotation_store.people import accounts, invitations
from annotation_store.people.roles import Ability
from annotation_store.records import PersonRecord, ProjectRecord
from matting_core.errors import MattingError
from studio.i18n import Words
from studio.pages.door import guarded, visitor_here
from studio.pages.fragments import notice, table
from studio.sign_in.links import address_of
from studio.studio import Studio


def build_people_page(studio: Studio, say: gr.I18n, page: gr.Blocks) -> None:
    """Build the page inside `page`, the route that is being built."""
    store = studio.store
    roles = [(say(f"role_{role.value}"), role.value) for role in Role]
    people = gr.HTML(elem_id="people", padding=False)
    with gr.Column(visible=studio.accounts):
        gr.Markdown(say("invite_title"))
        with gr.Row():
            new_role = gr.Radio(roles, value=Role.OPERATOR.value, label=say("role"), scale=2, elem_id="new-role")
            new_projects = gr.CheckboxGroup(label=say("projects"), choices=[], scale=2, elem_id="new-projects")
            email = gr.Textbox(label=say("email"), info=say("email_info"), scale=2, elem_id="new-email")
        invite = gr.Button(say("invite"), variant="primary", elem_id="invite")
        link = gr.Textbox(label=say("link"), info=say("link_info"), visible=False, interactive=False, buttons=["copy"])
        gr.Markdown(say("change_title"))
        chosen = gr.Dropdown(label=say("person"), choices=[], elem_id="person")
        with gr.Row():
            role = gr.Radio(roles, label=say("role"), scale=2, elem_id="role")
            theirs = gr.CheckboxGroup(label=say("projects"), choices=[], scale=2, elem_id="projects-of-person")
        with gr.Row():
            save = gr.Button(say("save"), elem_id="save-person")
            new_password = gr.Button(say("offer_new_password"), elem_id="offer-new-password")
            shut = gr.Button(say("shut_out"), variant="stop", elem_id="shut-out")
    answer = gr.HTML(elem_id="people-answer", padding=False)

    def attempt(do: Callable[[], str]) -> str:
        """What `do` says, or why it could not be done."""
        try:
            return notice("good", [do()], testid="people-answer")
        except MattingError as error:
            return notice("bad", [str(error)], testid="people-answer")

    @guarded(Ability.ADMINISTER)
    def open_page(person_id: int | None, request: gr.Request) -> tuple[object, ...]:
        words = Words.of(request)
        known, all_projects = accounts.list_people(store), projects.list_projects(store)
        names = [(f"{person.display_name} ({person.name})", person.id) for person in known]
        value = person_id if person_id in {person.id for person in known} else next((each for _, each in names), None)
        choices = [(each.name, each.id) for each in all_projects if each.archived_at is None]
        return (
            _people(known, accounts.memberships(store), all_projects, words),
            gr.update(choices=choices, value=[each for _, each in choices][:1] if len(choices) == 1 else []),
            gr.update(choices=names, value=value),
            gr.update(choices=choices),
        )

    @guarded(Ability.ADMINISTER)
    def show(person_id: int | None, request: gr.Request) -> tuple[object, ...]:
        if person_id is None:
            return gr.skip(), gr.skip(), gr.skip()
        words, person = Words.of(request), accounts.get_person(store, person_id)
        label = words("shut_out") if person.active else words("let_in")
        return person.role.value, sorted(accounts.memberships(store).get(person_id, ())), label

    @guarded(Ability.ADMINISTER)
    def make_link(role: str, project_ids: list[int], email: str, request: gr.Request) -> tuple[object, str]:
        words = Words.of(request)
        try:
            made = invitations.invite(
                store, role=Role(role), project_ids=project_ids, email=email.strip() or None, by=visitor_here().name
            )
        except MattingError as error:
            return gr.update(visible=False), notice("bad", [str(error)], testid="people-answer")
        address = address_of(made, base=_base(studio, request))
        return gr.update(value=address, visible=True), notice("good", [words("link_made")], testid="people-answer")

    @guarded(Ability.ADMINISTER)
    def offer(person_id: int | None, request: gr.Request) -> tuple[object, str]:
        words = Words.of(request)
        if person_id is None:
            return gr.skip(), notice("bad", [words("choose_person")], testid="people-answer")
        try:
            made = invitations.offer_new_password(store, person_id, by=visitor_here().name)
        except MattingError as error:
            return gr.update(visible=False), notice("bad", [str(error)], testid="people-answer")
        address = address_of(made, base=_base(studio, request))
        return gr.update(value=address, visible=True), notice("good", [words("link_made")], testid="people-answer")

    @guarded(Ability.ADMINISTER)
    def keep(person_id: int | None, role: str, project_ids: list[int], request: gr.Request) -> str:
        words, by = Words.of(request), visitor_here().name

        def do() -> str:
            if person_id is None:
                return words("choose_person")
            accounts.change_role(store, person_id, Role(role), by=by)
            return words("saved", name=accounts.set_projects(store, person_id, project_ids, by=by).display_name)

        return attempt(do)

    @guarded(Ability.ADMINISTER)
    def shut_or_let_in(person_id: int | None, request: gr.Request) -> str:
        words, by = Words.of(request), visitor_here().name

        def do() -> str:
            if person_id is None:
                return words("choose_person")
            if accounts.get_person(store, person_id).active:
                return words("is_shut_out", name=accounts.disable(store, person_id, by=by).display_name)
            return words("is_let_in", name=accounts.enable(store, person_id, by=by).display_name)

        return attempt(do)

    private = {"api_visibility": "private", "show_progress": "hidden"}
    listing = {"fn": open_page, "inputs": chosen, "outputs": [people, new_projects, chosen, theirs], **private}
    showing = {"fn": show, "inputs": chosen, "outputs": [role, theirs, shut], **private}
    page.load(**listing).then(**showing)
    chosen.input(**showing)
    invite.click(make_link, [new_role, new_projects, email], [link, answer], **private)
    new_password.click(offer, chosen, [link, answer], **private)
    save.click(keep, [chosen, role, theirs], answer, **private).then(**listing).then(**showing)
    shut.click(shut_or_let_in, chosen, answer, **private).then(**listing).then(**showing)


def _base(studio: Studio, request: gr.Request) -> str:
    """Where people find the studio, without a slash at the end."""
    if studio.settings.public_url:
        return studio.settings.public_url.rstrip("/")
    return str(request.request.base_url).rstrip("/").removesuffix("/gradio_api")


def _people(
    known: Sequence[PersonRecord],
    memberships: dict[int, frozenset[int]],
    all_projects: Sequence[ProjectRecord],
    words: Words,
) -> str:
    head = [words(key) for key in ("person", "role", "projects", "column_since", "column_state")]
    names = {project.id: project.name for project in all_projects}
    rows = []
    for person in known:
        theirs = words("every_project")
        if person.role is not Role.ADMIN:
            theirs = ", ".join(sorted(names[each] for each in memberships.get(person.id, ())))
        rows.append(
            (
                f"<strong>{escape(person.display_name)}</strong> <span class='quiet'>{escape(person.name)}</span>",
                escape(words(f"role_{person.role.value}")),
                escape(theirs),
                f"{person.created_at:%Y-%m-%d}",
                escape(words("active") if person.active else words("shut_out_now")),
            )
        )
    return table(head, rows, testid="people") if rows else notice("plain", [words("nobody_yet")], testid="people")
