from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from rr import jobs
from rr.access import SYSTEM
from rr.accounts import commands, passwords, queries
from rr.accounts.models import FormKey, OneTimeLink, SignIn, Throttle
from rr.accounts.rules import AccountEvent, Role, digest
from rr.accounts.throttle.rules import sign_in_limits
from rr.audit import AuditEntry
from rr.errors import Invalid, NotFound, Refused, SignedOut
from rr.gesture import perform
from rr.web.signin import attempt
from tests.conftest import NOW, chosen

WORDS = "correct horse battery"


def with_password(one, person):
    link = one(commands.make_link, person.account_id, actor=SYSTEM)
    one(commands.set_password, link, chosen(WORDS), actor=SYSTEM)
    return link


def enter(email, password=WORDS, address="127.0.0.1", known="", **more):
    return attempt(email, password, sign_in_limits(email, address, known), **more)


def test_a_one_time_link_sets_the_password_once(one, people, look):
    link = with_password(one, people.support)

    assert look(queries.whose, digest(enter("support@example.org")), _now()) == people.support
    with pytest.raises(NotFound):
        one(commands.set_password, link, chosen(WORDS), actor=SYSTEM)


def test_a_link_is_good_for_three_days(one, people, clock):
    link = one(commands.make_link, people.support.account_id, actor=people.admin)
    clock.shift(timedelta(days=3, seconds=1))

    with pytest.raises(NotFound, match="used, or is too old"):
        one(commands.set_password, link, chosen(WORDS), actor=SYSTEM)


def test_a_wrong_password_and_an_unknown_address_read_the_same(one, people):
    with_password(one, people.support)

    assert enter("support@example.org", "something else entirely") is None
    assert enter("nobody@example.org") is None


def test_five_wrong_passwords_close_the_door_for_a_quarter_of_an_hour(one, people, clock):
    with_password(one, people.support)
    for _ in range(5):
        assert enter("support@example.org", "wrong wrong wrong") is None

    with pytest.raises(Refused, match="Too many tries"):
        enter("support@example.org")

    clock.shift(timedelta(minutes=15))
    assert enter("support@example.org")


def test_signing_in_ends_the_sign_in_that_the_browser_carried(one, people, look):
    with_password(one, people.support)
    with_password(one, people.manager)
    first = enter("support@example.org")
    second = enter("manager@example.org", carried=first)

    assert look(queries.whose, digest(first), _now()) is None
    assert look(queries.whose, digest(second), _now()) == people.manager


def test_sign_out_a_disabled_account_and_twelve_hours_end_a_sign_in(one, people, look, clock):
    with_password(one, people.support)
    out, disabled = enter("support@example.org"), enter("support@example.org")

    one(commands.sign_out, digest(out), actor=SYSTEM)
    assert look(queries.whose, digest(out), _now()) is None
    assert look(queries.whose, digest(disabled), _now()) == people.support

    one(commands.disable, people.support.account_id, actor=people.admin)
    assert look(queries.whose, digest(disabled), _now()) is None
    assert enter("support@example.org") is None

    one(commands.enable, people.support.account_id, actor=people.admin)
    late = digest(enter("support@example.org"))
    for _ in range(28):  # something is clicked every 25 minutes
        clock.shift(timedelta(minutes=25))
        one(commands.stay, late, actor=people.support)
    clock.shift(timedelta(minutes=19))
    assert look(queries.whose, late, _now()) == people.support
    clock.shift(timedelta(minutes=1))
    assert look(queries.whose, late, _now()) is None


def test_a_changed_role_counts_from_the_next_look(one, people, look):
    with_password(one, people.support)
    mark = digest(enter("support@example.org"))
    one(commands.change_role, people.support.account_id, Role.MANAGER, actor=people.admin)

    assert look(queries.whose, mark, _now()).role == "manager"


def test_the_last_administrator_stays_and_nobody_changes_themselves(one, people):
    with pytest.raises(Refused, match="last administrator"):
        one(commands.disable, people.admin.account_id, actor=SYSTEM)
    with pytest.raises(Refused, match="last administrator"):
        one(commands.change_role, people.admin.account_id, Role.SUPPORT, actor=SYSTEM)
    with pytest.raises(Refused, match="can’t change your own role"):
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


def wrong(number, *, email="support@example.org", address="127.0.0.1"):
    """So many wrong passwords; `{}` in the account or the address is the number of the try."""
    for at in range(number):
        assert enter(email.format(at), "wrong wrong wrong", address.format(at)) is None


@pytest.mark.parametrize(
    ("limit", "tries"),
    [
        (5, {}),
        (20, {"address": "10.0.0.{}"}),
        (50, {"email": "somebody{}@example.org"}),
        (5, {"address": "2001:db8::{}"}),
        (200, {"email": "somebody{}@example.org", "address": "10.0.0.{}"}),
    ],
)
def test_tries_are_slowed_by_account_by_address_and_in_all_and_those_over_the_limit_leave_nothing(people, look, limit, tries):
    wrong(limit, **tries)
    before = counted(look)
    last = {"email": "support@example.org", "address": tries.get("address", "127.0.0.1").format(999)}

    for _ in range(3):
        with pytest.raises(Refused, match="Too many tries"):
            enter(**last)
    assert counted(look) == before


def counted(look):
    return look(
        lambda db: (sum(db.execute(select(col(Throttle.tries))).scalars()), db.execute(select(func.count(col(AuditEntry.id)))).scalar())
    )


def test_a_browser_that_the_account_knows_is_kept_out_by_nobody_else(one, people):
    with_password(one, people.support)
    wrong(20, address="10.0.0.{}")
    with pytest.raises(Refused):
        enter("support@example.org")

    assert enter("support@example.org", known="a browser")
    for _ in range(5):
        assert enter("support@example.org", "wrong wrong wrong", known="a browser") is None
    with pytest.raises(Refused):
        enter("support@example.org", known="a browser")


def test_right_passwords_use_no_limit_up(one, people):
    with_password(one, people.support)
    assert all(enter("support@example.org") for _ in range(25))


def test_an_unknown_account_costs_the_same_hash_and_the_same_transactions_as_a_known_one(one, people, monkeypatch):
    with_password(one, people.support)
    did = []
    hasher = passwords._hasher()
    monkeypatch.setattr(passwords, "_hasher", lambda: did.append("hash") or hasher)
    monkeypatch.setattr(
        "rr.web.signin.perform", lambda command, *args, **given: did.append(command.__name__) or perform(command, *args, **given)
    )
    passwords.warm_up()
    did.clear()

    costs = []
    for email in ("support@example.org", "nobody@example.org", "manager@example.org"):  # the last has no password yet
        enter(email, "something else entirely")
        costs.append(tuple(did))
        did.clear()

    assert set(costs) == {("count_try", "hash", "note_failure")}


def test_a_password_is_verified_while_no_transaction_is_open(one, people, monkeypatch):
    from rr import db

    with_password(one, people.support)
    hasher = passwords._hasher()
    opened = []

    def watched():
        with db.transaction(quiet=True):  # would be refused inside another one
            opened.append(1)
        return hasher

    monkeypatch.setattr(passwords, "_hasher", watched)
    assert enter("support@example.org")
    assert opened


def test_a_password_that_changed_while_it_was_verified_signs_nobody_in(one, people):
    with_password(one, people.support)
    verified = passwords.verify(WORDS, stored(people.support))
    link = one(commands.make_link, people.support.account_id, actor=SYSTEM)
    one(commands.set_password, link, chosen("another three words"), actor=SYSTEM)

    assert one(commands.sign_in, email="support@example.org", verified=verified, actor=SYSTEM) is None
    with pytest.raises(Refused, match="changed meanwhile"):
        one(commands.change_password, chosen("some fourth words"), verified=verified, mark="", actor=people.support)


def stored(person):
    from rr import db

    with db.reading() as session:
        return queries.own_credentials(session, actor=person).stored


def test_somebody_changes_their_own_password_and_every_other_browser_is_out(one, people, look):
    with_password(one, people.support)
    here, there = digest(enter("support@example.org")), digest(enter("support@example.org"))
    link = one(commands.make_link, people.support.account_id, actor=SYSTEM)
    verified = passwords.verify(WORDS, stored(people.support))
    one(commands.change_password, chosen("another three words"), verified=verified, mark=here, actor=people.support)

    assert look(queries.whose, here, _now()) == people.support
    assert look(queries.whose, there, _now()) is None
    assert look(queries.who_has_link, link, _now()) is None
    assert enter("support@example.org") is None
    assert enter("support@example.org", "another three words")


def test_half_an_hour_without_a_click_ends_a_sign_in_and_a_click_puts_it_off(one, people, look, clock):
    with_password(one, people.support)
    mark = digest(enter("support@example.org"))
    clock.shift(timedelta(minutes=29))
    one(commands.stay, mark, actor=people.support)
    clock.shift(timedelta(minutes=29))
    assert look(queries.time_left, mark, _now()) == queries.TimeLeft(timedelta(minutes=1), True)
    clock.shift(timedelta(minutes=1))

    assert look(queries.whose, mark, _now()) is None
    assert look(queries.time_left, mark, _now()) is None
    with pytest.raises(SignedOut):
        one(commands.stay, mark, actor=people.support)


def test_nobody_keeps_the_sign_in_of_somebody_else(one, people):
    with_password(one, people.support)
    mark = digest(enter("support@example.org"))
    with pytest.raises(SignedOut):
        one(commands.stay, mark, actor=people.manager)


def test_somebody_sees_where_they_are_signed_in_and_signs_out_everywhere_else(one, people, look, clock):
    firefox, chrome = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/143.0", "(Linux; Android 16) Chrome/141 Mobile Safari/537"
    for person in (people.support, people.manager):
        with_password(one, person)
    there = digest(enter("support@example.org", user_agent=firefox))
    clock.shift(timedelta(minutes=1))
    here = digest(enter("support@example.org", user_agent=chrome))
    theirs = digest(enter("manager@example.org"))

    found = look(queries.sign_ins, actor=people.support, now=_now())
    assert [(row.mark, row.browser, row.began_at) for row in found] == [
        (here, "Chrome on Android", NOW + timedelta(minutes=1)),
        (there, "Firefox on Windows", NOW),
    ]
    assert one(commands.sign_out_elsewhere, here, actor=people.support) == 1
    assert [row.mark for row in look(queries.sign_ins, actor=people.support, now=_now())] == [here]
    assert look(queries.still_hold, {here, there, theirs, "x"}, _now()) == {here, theirs}
    assert one(commands.sign_out_elsewhere, here, actor=people.support) == 0


def test_what_happens_to_an_account_is_in_the_audit(one, people, look):
    with_password(one, people.support)
    enter("support@example.org", "wrong wrong wrong")
    enter("nobody@example.org", "wrong wrong wrong")
    mark = digest(enter("support@example.org"))
    enter("support@example.org")
    one(commands.sign_out_elsewhere, mark, actor=people.support)
    one(commands.change_role, people.support.account_id, Role.MANAGER, actor=people.admin)

    number = str(people.support.account_id)
    columns = (AuditEntry.by, AuditEntry.by_id, AuditEntry.row_id, AuditEntry.did)
    written = look(
        lambda db: db.execute(select(*map(col, columns)).where(col(AuditEntry.kind) == "account").order_by(col(AuditEntry.id))).all()
    )
    assert [tuple(row) for row in written if row.did != "added"] == [
        ("the system", None, number, AccountEvent.LINK_MADE),
        ("Support", people.support.account_id, number, AccountEvent.LINK_USED),
        ("the sign-in page", None, number, AccountEvent.FAILED),
        ("the sign-in page", None, "", AccountEvent.FAILED),
        ("Support", people.support.account_id, number, AccountEvent.SIGNED_IN),
        ("Support", people.support.account_id, number, AccountEvent.SIGNED_IN),
        ("Support", people.support.account_id, number, AccountEvent.SIGNED_OUT_ELSEWHERE),
        ("Admin", people.admin.account_id, number, "changed"),
    ]


def test_what_has_expired_is_removed_once_and_the_rest_stays(one, people, look, clock):
    def rows():
        return tuple(
            look(lambda db, table=table: db.execute(select(func.count()).select_from(table)).scalar())
            for table in (FormKey, Throttle, SignIn, OneTimeLink)
        )

    with_password(one, people.support)
    for _ in range(2):
        enter("support@example.org")
    enter("manager@example.org", "wrong wrong wrong")
    one(commands.make_link, people.manager.account_id, actor=people.admin, key="a form")
    assert rows() == (1, 6, 2, 2)

    assert jobs.clean() == 1  # the link that was used
    clock.shift(timedelta(hours=1))
    new = enter("support@example.org")
    assert jobs.clean() == 2 + 2  # what was counted for the manager, and the first sign-ins
    clock.shift(timedelta(days=14))
    assert jobs.clean() == 1 + 4 + 1  # the form key, the counts, the other link
    assert jobs.clean() == 0
    assert rows() == (0, 0, 1, 0)
    assert look(queries.accounts, actor=people.admin).rows[-1].last_seen == NOW + timedelta(hours=1)
    assert look(queries.whose, digest(new), _now()) is None


def _now():
    from rr import clock

    return clock.now()
