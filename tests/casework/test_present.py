"""Who came along is named in a role; who acts for the applicant shows the authority, and is signed for."""

import pytest

from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.name_present import NamePresent, name_present
from casework.actions.read_back import ReadBack, read_back
from casework.actions.reveal_field import RevealField, reveal_field
from casework.errors import InvalidInput, NotFound
from casework.model.call import PersonKind
from casework.model.case import Road
from casework.model.present import PresentPerson, PresentRole
from casework.policy.refusals import ApplicationNotSigned, StateForbids
from casework.store import schema_log
from casework.views.case_page import case_page
from scenes.case_scene import an_id_number

AGENT = PresentPerson(PresentRole.AGENT, "代办人乙", an_id_number(5), authority_seen=True)
GUARDIAN = PresentPerson(PresentRole.GUARDIAN, "监护人丙", an_id_number(7), authority_seen=True)
INTERPRETER = PresentPerson(PresentRole.INTERPRETER, "手语丁")


def named(desk, case_id, *people):
    desk.run(name_present, NamePresent(case_id, people))


def shown(desk, case_id):
    with desk.kernel.store.reading() as conn:
        return case_page(conn, desk.kernel.keys, case_id).present


def test_they_are_shown_masked_and_each_value_by_an_act(desk):
    case_id = desk.opened()
    named(desk, case_id, AGENT, INTERPRETER)
    agent, interpreter = shown(desk, case_id)
    assert (agent.role, agent.name) == (PresentRole.AGENT, "代**乙")
    assert agent.id_number.count("*") == 13
    assert (interpreter.id_number, interpreter.reveal_number) == ("", "")
    number = desk.run(reveal_field, RevealField(case_id, agent.reveal_number))
    assert number.value == AGENT.id_number
    for nobody in ("present.03.name", "present.1.name", "present.02.id_number", "present."):
        with pytest.raises(NotFound):
            desk.run(reveal_field, RevealField(case_id, nobody))
    with desk.kernel.store.reading() as conn:
        bodies = conn.scalars(
            schema_log.entry.select().with_only_columns(schema_log.entry.c.body)
        ).all()
    assert all(AGENT.name.encode() not in body for body in bodies)


def test_a_list_takes_the_place_of_the_one_before(desk):
    case_id = desk.opened()
    named(desk, case_id, AGENT, INTERPRETER)
    named(desk, case_id, GUARDIAN)
    assert [one.role for one in shown(desk, case_id)] == [PresentRole.GUARDIAN]
    named(desk, case_id)
    assert shown(desk, case_id) == ()


def test_the_signature_is_bound_to_who_acts_and_to_nobody_else(desk):
    case_id = desk.signed()
    named(desk, case_id, INTERPRETER)
    assert desk.case(case_id).signed_at_ms is not None
    named(desk, case_id, INTERPRETER, AGENT)
    assert desk.case(case_id).signed_at_ms is None
    with pytest.raises(ApplicationNotSigned):
        desk.run(accept_case, AcceptCase(case_id, Road.DESK))
    with_agent = desk.run(read_back, ReadBack(case_id)).digest
    named(desk, case_id, INTERPRETER, GUARDIAN)
    assert desk.run(read_back, ReadBack(case_id)).digest != with_agent
    desk.sign(case_id)
    desk.run(accept_case, AcceptCase(case_id, Road.DESK))


@pytest.mark.parametrize(
    ("person", "fields"),
    [
        (PresentPerson(PresentRole.AGENT, "代办人乙"), ["0.id_number", "0.authority_seen"]),
        (
            PresentPerson(PresentRole.GUARDIAN, "", an_id_number(7)[:-1], authority_seen=True),
            ["0.name", "0.id_number"],
        ),
        (PresentPerson(PresentRole.COMPANION, "甲" * 61), ["0.name"]),
        (PresentPerson(PresentRole.INTERPRETER, "手语丁", "1"), ["0.id_number"]),
    ],
)
def test_what_does_not_fit_is_named(desk, person, fields):
    case_id = desk.opened()
    with pytest.raises(InvalidInput) as refused:
        named(desk, case_id, person)
    assert refused.value.details["fields"] == fields
    assert shown(desk, case_id) == ()


def test_there_is_a_limit(desk):
    with pytest.raises(InvalidInput):
        named(desk, desk.opened(), *[INTERPRETER] * 7)


def test_under_review_nobody_is_exchanged(desk):
    with pytest.raises(StateForbids):
        named(desk, desk.in_review(), AGENT)


def test_in_a_call_a_guardian_answers_the_notice():
    assert [role.in_call for role in PresentRole] == [
        PersonKind.AGENT,
        PersonKind.AGENT,
        PersonKind.INTERPRETER,
        PersonKind.COMPANION,
    ]
