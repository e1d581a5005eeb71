"""Photos that look unlike those before: what is unlike, and a button that says that this is the new normal."""

from collections.abc import Mapping
from html import escape

from annotation_store.errors import NotFoundError
from annotation_store.records import DriftAlarmRecord
from annotation_store.store import Store
from studio.i18n import Words
from studio.insights.alarms import accept_as_normal, as_told, visible_alarms
from studio.pages.fragments import notice
from studio.sign_in.visitor import Visitor
from studio.tables import Column, Form, write
from studio.visible_projects import visible_projects

ALARM_SCRIPT = """
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-alarm]");
  if (button !== null) trigger("click", { alarm: button.dataset.alarm });
});"""
"""For `js_on_load` of the component that shows the buttons; its event is `click`."""
MOST_DIGITS = 18
_NUMBER = Column("", "", Form.NUMBER)


def alarms_view(store: Store, visitor: Visitor, project: int | None, words: Words) -> str:
    """HTML: the open alarms of the projects that they see, or of one of them; empty if there are none."""
    names = {each.id: each.name for each in visible_projects(store, visitor)}
    return "".join(_alarm(each, names, words) for each in visible_alarms(store, visitor, project=project))


def accept(store: Store, number: object, words: Words, *, visitor: Visitor) -> str:
    """What came of a press of a button. number: as a browser sent it."""
    text = str(number)
    try:
        accept_as_normal(store, visitor, int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0)
    except NotFoundError:
        return notice("bad", [words("alarm_gone")], testid="alarm-answer")
    return notice("good", [words("alarm_accepted")], testid="alarm-answer")


def _alarm(alarm: DriftAlarmRecord, names: Mapping[int, str], words: Words) -> str:
    lately, before = (write(as_told(alarm.figure, value), _NUMBER, words) for value in (alarm.lately, alarm.before))
    figure = words(f"drift_{alarm.figure}")
    told = words("alarm_said", figure=figure, project=names[alarm.project_id], lately=lately, before=before)
    return (
        f'<div class="notice notice-bad" data-testid="alarm"><p>{escape(told)}</p><p class="deeds">'
        f'<button class="deed" data-alarm="{alarm.id}">{escape(words("alarm_accept"))}</button></p></div>'
    )
