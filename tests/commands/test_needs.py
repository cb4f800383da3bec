import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import col, select

from rr.access import Actor, Purpose, Who
from rr.audit import CHANGED, AuditEntry
from rr.db import reading
from rr.errors import Invalid, NotFound, Refused
from rr.needs import commands, queries
from rr.needs.models import SupportNeed
from rr.needs.queries import NeedFilters
from rr.needs.rules import NeedStatus
from rr.plans import commands as plans
from tests.builders import a_need, a_plan, a_session_with, captured


def needs():
    with reading() as session:
        return session.execute(select(SupportNeed).order_by(col(SupportNeed.id))).scalars().all()


def locality(look):
    return next(partner.id for partner in look(queries.partners) if partner.name == "Locality")


def test_asking_twice_for_the_same_is_one_need(one, people):
    _, (action, other) = a_plan(one, people, 2)
    first = a_need(one, people, action_id=action)

    assert a_need(one, people, "  Legal advice on the lease ", action_id=action) == first
    assert a_need(one, people, action_id=other) != first
    assert a_need(one, people) not in (first, None)
    assert a_need(one, people, action_id=action, kind="funding-income") != first
    assert len(needs()) == 4


def test_two_people_who_ask_at_once_make_one_need(one, people, database):
    _, (action,) = a_plan(one, people, 1)

    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(lambda _: a_need(one, people, action_id=action), range(4)))

    assert len(ids) == 1
    assert len(needs()) == 1


def test_the_kind_is_guessed_from_the_words_unless_somebody_chose_it(one, people):
    a_need(one, people, "Help with the lease")
    a_need(one, people, "A friendly ear")
    a_need(one, people, "Help with the lease", kind="relationships")

    assert [need.kind for need in needs()] == ["hubs-buildings", "other", "relationships"]


@pytest.mark.parametrize(
    ("given", "field"), [({"words": " \u200b "}, "words"), ({"kind": "magic"}, "kind"), ({"words": "x" * 5001}, "words")]
)
def test_what_cannot_be_asked_is_refused_beside_its_field(one, people, given, field):
    with pytest.raises(Invalid) as refusal:
        one(commands.ask, **{"partnership_id": 9, "kind": None, "words": "Advice", **given}, actor=people.support)

    assert list(refusal.value.errors) == [field]


def test_another_partnerships_action_or_line_is_refused(one, people):
    _, (action,) = a_plan(one, people, 1, partnership_id=9)
    line = captured(a_session_with(one, people, partnership_id=9), "A line")

    with pytest.raises(Refused, match="another partnership"):
        a_need(one, people, partnership_id=10, action_id=action)
    with pytest.raises(Refused, match="another partnership"):
        one(commands.ask, partnership_id=10, kind=None, words="Advice", capture_id=line, actor=people.support)


def test_a_line_that_became_an_action_asks_for_that_action(one, people):
    session_id = a_session_with(one, people)
    line = captured(session_id, "Ask about the lease")
    before = one(commands.ask, partnership_id=9, kind=None, words="Legal advice", capture_id=line, actor=people.facilitator)
    one(plans.add_from_session, session_id, actor=people.facilitator)
    after = one(commands.ask, partnership_id=9, kind=None, words="A surveyor", capture_id=line, actor=people.facilitator)

    assert len({need.action_id for need in needs()} - {None}) == 1
    assert (
        one(commands.ask, partnership_id=9, kind=None, words="Legal advice", capture_id=line, actor=people.facilitator) == before != after
    )
    assert len(needs()) == 2


def test_support_is_found_then_not_available_then_asked_again(one, people, look):
    need = a_need(one, people)
    one(commands.settle, need, NeedStatus.FOUND, locality(look), actor=people.support)
    (found,) = look(queries.listed, NeedFilters(), actor=people.support).rows
    one(commands.settle, need, NeedStatus.NOT_AVAILABLE, locality(look), was=NeedStatus.FOUND, actor=people.manager)
    (gone,) = needs()
    a_need(one, people)
    (again,) = needs()

    assert (found.status, found.partner, found.settled_on) == (NeedStatus.FOUND, "Locality", found.asked_on)
    assert (gone.status, gone.partner_id) == (NeedStatus.NOT_AVAILABLE, None)
    assert (again.status, again.partner_id, again.settled_on) == (NeedStatus.ASKED, None, None)


def test_support_found_names_the_partner(one, people):
    need = a_need(one, people)

    for partner_id in (None, 9999):
        with pytest.raises(Invalid) as refusal:
            one(commands.settle, need, NeedStatus.FOUND, partner_id, actor=people.support)
        assert list(refusal.value.errors) == ["partner_id"]


def test_what_somebody_else_settled_meanwhile_is_not_overwritten(one, people, look):
    need = a_need(one, people)
    one(commands.settle, need, NeedStatus.FOUND, locality(look), was=NeedStatus.ASKED, actor=people.manager)

    with pytest.raises(Refused, match="Support found: Locality"):
        one(commands.settle, need, NeedStatus.NOT_AVAILABLE, was=NeedStatus.ASKED, actor=people.support)
    one(commands.settle, need, NeedStatus.FOUND, locality(look), was=NeedStatus.ASKED, actor=people.support)

    assert needs()[0].status is NeedStatus.FOUND


def test_a_need_is_taken_back_unless_support_was_found(one, people, look):
    need, found = a_need(one, people), a_need(one, people, "A grant")
    one(commands.settle, found, NeedStatus.FOUND, locality(look), actor=people.support)
    one(commands.withdraw, need, actor=people.support)

    with pytest.raises(Refused, match="has been found"):
        one(commands.withdraw, found, actor=people.support)
    assert [row.id for row in needs()] == [found]
    with reading() as session:
        gone = session.execute(select(AuditEntry).where(col(AuditEntry.did) == "removed")).scalars().all()
    assert [(row.kind, row.row_id) for row in gone] == [("support_need", str(need))]


@pytest.mark.parametrize(
    ("who", "asks", "settles"),
    [
        ("support", True, True),
        ("manager", True, True),
        ("facilitator", True, False),
        ("other_facilitator", False, False),
        ("admin", False, False),
    ],
)
def test_who_may_ask_for_support_and_who_may_match_it(one, people, look, who, asks, settles):
    a_plan(one, people, 1, partnership_id=9)  # the facilitator's own
    need, actor, partner = a_need(one, people), getattr(people, who), locality(look)

    assert allowed(lambda: a_need(one, people, "Something else", actor=actor)) is asks
    assert allowed(lambda: one(commands.withdraw, a_need(one, people, "Taken back"), actor=actor)) is asks
    assert allowed(lambda: one(commands.settle, need, NeedStatus.FOUND, partner, actor=actor)) is settles


def test_a_partnership_asks_for_itself_by_its_link_only(one, people):
    theirs = Actor(Who.LINK, "their link", partnership_id=9, purpose=Purpose.PARTNERSHIP)

    assert a_need(one, people, actor=theirs)
    assert not allowed(lambda: a_need(one, people, partnership_id=10, actor=theirs))


def allowed(gesture):
    try:
        gesture()
    except NotFound:
        return False
    return True


def test_the_same_form_sent_twice_asks_once(one, people):
    ids = {one(commands.ask, partnership_id=9, kind=None, words="Advice", actor=people.support, key="k1") for _ in range(2)}

    assert len(ids) == len(needs()) == 1


def test_a_kind_is_put_right_unless_somebody_else_chose_another_meanwhile(one, people):
    need = a_need(one, people)
    one(commands.change_kind, need, "hubs-buildings", was="legal-body", actor=people.support)

    with pytest.raises(Refused, match="Somebody else changed the type meanwhile: Community hubs"):
        one(commands.change_kind, need, "funding-income", was="legal-body", actor=people.manager)
    one(commands.change_kind, need, "hubs-buildings", was="legal-body", actor=people.manager)
    with pytest.raises(Invalid):
        one(commands.change_kind, need, "magic", actor=people.support)
    with pytest.raises(NotFound):
        one(commands.change_kind, need, "other", actor=people.other_facilitator)
    assert [row.kind for row in needs()] == ["hubs-buildings"]


def test_the_usual_partner_of_a_kind_is_who_helped_most_often(one, people, look):
    names = {partner.name: partner.id for partner in look(queries.partners)}
    for number, name in enumerate(["Locality", "UnLtd", "UnLtd"]):
        need = a_need(one, people, f"Advice {number}", kind="legal-body")
        one(commands.settle, need, NeedStatus.FOUND, names[name], actor=people.support)
    a_need(one, people, "Not found", kind="transport")

    assert look(queries.usual_partners) == {"legal-body": names["UnLtd"]}


def test_their_own_words_are_not_kept_in_the_audit(one, people):
    a_need(one, people, "Advice on a quarrel")

    with reading() as session:
        (entry,) = session.execute(select(AuditEntry).where(col(AuditEntry.kind) == "support_need")).scalars().all()
    changes = json.loads(entry.changes)
    assert (changes["words"], changes["kind"]) == (CHANGED, [None, "other"])
