"""The golden images: chosen by leads, judged by every time, and never learnt from."""

from html import escape

from annotation_store import gallery
from annotation_store.records import ImageRecord
from annotation_store.store import Store
from studio.i18n import Words
from studio.pages.fragments import notice
from studio.pages.learning.deeds import Deed, DeedKind, button
from studio.pages.learning.scene import Scene


def golden_view(store: Store, scene: Scene, words: Words) -> str:
    """Those of the visitor's projects."""
    images = [gallery.get_image(store, each.image_id) for each in scene.golden]
    mine = [image for image in images if scene.project(image.project_id) is not None]
    if not mine:
        return notice("plain", [words("no_golden"), words("golden_hint")], testid="golden")
    cards = "".join(_card(image, words) for image in mine)
    hint = f'<p class="quiet">{escape(words("golden_hint"))}</p>'
    return f'{hint}<div class="cards" data-testid="golden">{cards}</div>'


def _card(image: ImageRecord, words: Words) -> str:
    name = escape(image.name, quote=True)
    retire = button(words("retire_golden"), Deed(DeedKind.RETIRE_GOLDEN, image.id))
    return (
        f'<div class="card" data-testid="golden-{image.id}">'
        f'<img src="/api/v1/images/{image.id}/thumbnail" alt="" loading="lazy">'
        f'<a class="name" title="{name}" href="/correct?image={image.id}">{name}</a>{retire}</div>'
    )
