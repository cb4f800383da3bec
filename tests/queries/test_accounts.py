"""The list of accounts: its pages and filters, and that its states agree with their rule."""

import pytest
from sqlalchemy import event

from rr.accounts import commands, queries
from rr.accounts.models import Account
from rr.accounts.queries import AccountFilters
from rr.accounts.rules import Role
from rr.accounts.states import AccountState, state
from tests.conftest import NOW, sign_in
from tests.story import add


def test_everybody_by_name_the_disabled_last_and_a_page_at_a_time(people, one, look):
    one(commands.disable, people.facilitator.account_id, actor=people.admin)
    sign_in(people.manager)
    all_names = [row.name for row in look(queries.accounts, actor=people.admin).rows]
    second = look(queries.accounts, actor=people.admin, page=2, per_page=2)
    beyond = look(queries.accounts, actor=people.admin, page=9, per_page=2)

    assert all_names == ["Admin", "Manager", "Other facilitator", "Support", "Facilitator"]
    assert ([row.name for row in second.rows], second.total, second.pages, second.enabled) == (["Other facilitator", "Support"], 5, 3, 4)
    assert ([row.name for row in beyond.rows], beyond.page) == (["Facilitator"], 3)


@pytest.mark.parametrize("wanted", AccountState)
def test_the_condition_of_a_state_picks_what_the_rule_says(people, look, wanted):
    made = {}
    for number, (password, disabled_at) in enumerate([("", None), ("x", None), ("", NOW), ("x", NOW)]):
        row = Account(
            email=f"{number}@x.org", name=f"A{number}", role=Role.ADMIN, password_hash=password, disabled_at=disabled_at, made_at=NOW
        )
        made[add(row)] = state(password, disabled_at)

    found = look(queries.accounts, AccountFilters(state=wanted), actor=people.admin).rows

    assert {row.id for row in found if row.id in made} == {number for number, its in made.items() if its is wanted}
    assert {row.state for row in found} <= {wanted}


def test_a_longer_list_takes_no_more_statements(people, look, database):
    counted = []
    event.listen(database, "before_cursor_execute", lambda *given: counted.append(given[2]))
    look(queries.accounts, AccountFilters(role=Role.ADMIN), actor=people.admin)
    for_one = len(counted)
    look(queries.accounts, actor=people.admin)

    assert len(counted) == 2 * for_one


def test_an_address_finds_its_account_in_any_case(people, look):
    assert look(queries.account_id, " Support@Example.org ", actor=people.admin) == people.support.account_id
    assert look(queries.account_id, "nobody@example.org", actor=people.admin) is None
