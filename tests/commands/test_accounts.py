from datetime import timedelta

import pytest

from rr.access import SYSTEM
from rr.accounts import commands, queries
from rr.accounts.rules import Role, digest
from rr.errors import Invalid, NotFound, Refused

WORDS = "correct horse battery"


def with_password(one, person):
    link = one(commands.make_link, person.account_id, actor=SYSTEM)
    one(commands.set_password, link, WORDS, actor=SYSTEM)
    return link


def enter(one, email, password=WORDS, **more):
    return one(commands.sign_in, email=email, password=password, address="127.0.0.1", actor=SYSTEM, **more)


def test_a_one_time_link_sets_the_password_once(one, people, look):
    link = with_password(one, people.support)

    assert look(queries.whose, digest(enter(one, "Support@example.org ")), _now()) == people.support
    with pytest.raises(NotFound):
        one(commands.set_password, link, WORDS, actor=SYSTEM)


def test_a_link_is_good_for_three_days(one, people, clock):
    link = one(commands.make_link, people.support.account_id, actor=people.admin)
    clock.shift(timedelta(days=3, seconds=1))

    with pytest.raises(NotFound, match="used, or is too old"):
        one(commands.set_password, link, WORDS, actor=SYSTEM)


@pytest.mark.parametrize("password", ["short", "support@example.org", "aaaaaaaaaaaaaaaa", "x" * 201])
def test_an_easy_password_is_refused_beside_its_field(one, people, password):
    link = one(commands.make_link, people.support.account_id, actor=people.admin)

    with pytest.raises(Invalid) as refusal:
        one(commands.set_password, link, password, actor=SYSTEM)

    assert list(refusal.value.errors) == ["password"]


def test_a_wrong_password_and_an_unknown_address_read_the_same(one, people):
    with_password(one, people.support)

    assert enter(one, "support@example.org", "something else entirely") is None
    assert enter(one, "nobody@example.org") is None


def test_five_wrong_passwords_close_the_door_for_a_quarter_of_an_hour(one, people, clock):
    with_password(one, people.support)
    for _ in range(5):
        assert enter(one, "support@example.org", "wrong wrong wrong") is None

    with pytest.raises(Refused, match="Too many tries"):
        enter(one, "support@example.org")

    clock.shift(timedelta(minutes=15))
    assert enter(one, "support@example.org")


def test_signing_in_ends_the_sign_in_that_the_browser_carried(one, people, look):
    with_password(one, people.support)
    with_password(one, people.manager)
    first = enter(one, "support@example.org")
    second = enter(one, "manager@example.org", carried=first)

    assert look(queries.whose, digest(first), _now()) is None
    assert look(queries.whose, digest(second), _now()) == people.manager


def test_sign_out_a_disabled_account_and_twelve_hours_end_a_sign_in(one, people, look, clock):
    with_password(one, people.support)
    out, disabled = enter(one, "support@example.org"), enter(one, "support@example.org")

    one(commands.sign_out, digest(out), actor=SYSTEM)
    assert look(queries.whose, digest(out), _now()) is None
    assert look(queries.whose, digest(disabled), _now()) == people.support

    one(commands.disable, people.support.account_id, actor=people.admin)
    assert look(queries.whose, digest(disabled), _now()) is None
    assert enter(one, "support@example.org") is None

    one(commands.enable, people.support.account_id, actor=people.admin)
    late = enter(one, "support@example.org")
    clock.shift(timedelta(hours=12))
    assert look(queries.whose, digest(late), _now()) is None


def test_a_changed_role_counts_from_the_next_look(one, people, look):
    with_password(one, people.support)
    mark = digest(enter(one, "support@example.org"))
    one(commands.change_role, people.support.account_id, Role.MANAGER, actor=people.admin)

    assert look(queries.whose, mark, _now()).role == "manager"


def test_the_last_administrator_stays_and_nobody_changes_themselves(one, people):
    with pytest.raises(Refused, match="last administrator"):
        one(commands.disable, people.admin.account_id, actor=SYSTEM)
    with pytest.raises(Refused, match="last administrator"):
        one(commands.change_role, people.admin.account_id, Role.SUPPORT, actor=SYSTEM)
    with pytest.raises(Refused, match="their own role"):
        one(commands.change_role, people.admin.account_id, Role.MANAGER, actor=people.admin)


@pytest.mark.parametrize("who", ["support", "facilitator", "manager"])
def test_only_administrators_manage_accounts(one, people, look, who):
    with pytest.raises(NotFound):
        one(commands.add_account, email="new@example.org", name="New", role=Role.SUPPORT, actor=getattr(people, who))
    with pytest.raises(NotFound):
        look(queries.accounts, actor=getattr(people, who))


def test_an_address_is_taken_once_and_must_be_one(one, people):
    with pytest.raises(Invalid, match="There is a problem") as twice:
        one(commands.add_account, email="SUPPORT@example.org", name="Again", role=Role.SUPPORT, actor=people.admin)
    with pytest.raises(Invalid) as both:
        one(commands.add_account, email="no address", name=" ", role=Role.SUPPORT, actor=people.admin)

    assert "link" in twice.value.errors["email"]
    assert sorted(both.value.errors) == ["email", "name"]


def _now():
    from rr import clock

    return clock.now()
