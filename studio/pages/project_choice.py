"""The dropdown by which a page is about all of a person's projects or one of them; it hides where there is but one."""

import gradio as gr

from annotation_store.store import Store
from studio.i18n import Words
from studio.pages.door import visitor_here
from studio.visible_projects import EVERY_PROJECT, visible_projects


def project_choice(store: Store, words: Words) -> dict[str, object]:
    """What becomes of the dropdown when the page is opened."""
    mine = [(each.name, each.id) for each in visible_projects(store, visitor_here())]
    every = (words("every_project"), EVERY_PROJECT)
    update: dict[str, object] = gr.update(choices=[every, *mine], value=EVERY_PROJECT, visible=len(mine) > 1)
    return update
