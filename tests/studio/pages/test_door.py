import gradio as gr
import pytest

from annotation_store.kinds import Role
from annotation_store.people.roles import Ability
from studio.pages.door import ability_needed, guarded, visitor_here
from studio.sign_in.visitor import Visitor, local_user

OPERATOR = Visitor(name="mika", display_name="Mika", role=Role.OPERATOR, projects=frozenset({1}), person_id=3)


@guarded(Ability.LEAD)
def name_of_the_lead():
    return visitor_here().name


def test_a_guarded_function_answers_who_may_ask(ask_as):
    ask_as(local_user("keiko"))
    assert name_of_the_lead() == "keiko"


@pytest.mark.parametrize("visitor", [OPERATOR, None])
def test_a_guarded_function_refuses_others_with_a_sentence(ask_as, visitor):
    ask_as(visitor)
    with pytest.raises(gr.Error, match="ask the lead"):
        name_of_the_lead()


def test_a_guarded_function_answers_nobody_outside_of_a_request():
    with pytest.raises(gr.Error):
        name_of_the_lead()


def functions_of(blocks):
    return [each for each in blocks.fns.values() if each.fn is not None]


def test_every_function_of_the_pages_says_what_it_needs(blocks):
    functions = functions_of(blocks)
    assert len(functions) > 15
    assert [each.name for each in functions if ability_needed(each.fn) is None] == []


def test_a_raw_post_to_the_queue_cannot_call_what_the_person_may_not(client, blocks, come_as):
    """Gradio itself lets anybody call any function by its number."""
    (start,) = [each for each in functions_of(blocks) if each.name == "start"]

    def post(session):
        with client:
            joined = client.post(
                "/gradio_api/queue/join",
                json={"data": [], "fn_index": start._id, "session_hash": session, "trigger_id": None},
            )
            assert joined.status_code == 200
            return client.get(f"/gradio_api/queue/data?session_hash={session}").text

    come_as(OPERATOR)
    assert "ask the lead" in post("a")
    come_as(local_user("keiko"))
    assert "needs approved photos" in post("b")  # asked for a training, in a studio without any
