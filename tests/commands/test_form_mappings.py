import pytest
from sqlalchemy import select
from sqlmodel import col

from rr.errors import Invalid, NotFound
from rr.intake.imports.mappings import commands, queries
from rr.intake.imports.mappings.rules import SavedMapping
from rr.intake.models import FormMapping

COLUMNS = {"entry_date": ("When",), "name": ("First", "Last"), "email": ()}
HEADERS = ("When", "First", "Last", "Mail")


def test_the_columns_of_a_form_are_remembered_under_a_name_and_replaced_under_it(one, people, look):
    first = one(commands.save_mapping, "Council form", COLUMNS, HEADERS, actor=people.support)
    again = one(commands.save_mapping, "Council form", {**COLUMNS, "email": ("Mail",)}, HEADERS, day_first=True, actor=people.manager)

    columns = {"entry_date": ["When"], "name": ["First", "Last"], "email": ["Mail"]}
    assert first == again
    assert look(queries.known, actor=people.support).mappings == (SavedMapping(first, "Council form", columns, HEADERS, True),)


def test_a_mapping_needs_a_name(one, people):
    with pytest.raises(Invalid) as refused:
        one(commands.save_mapping, " ", COLUMNS, HEADERS, actor=people.support)

    assert refused.value.errors == {"name": "Give these columns a name, such as the form's title."}


def test_a_forgotten_mapping_is_gone_and_said_so_the_second_time(one, people, look):
    number = one(commands.save_mapping, "Council form", COLUMNS, HEADERS, actor=people.support)

    assert one(commands.forget_mapping, number, actor=people.manager) == "Council form"
    assert look(queries.known, actor=people.support).mappings == ()
    with pytest.raises(NotFound):
        one(commands.forget_mapping, number, actor=people.manager)


@pytest.mark.parametrize("who", ["facilitator", "admin"])
def test_only_support_staff_and_managers_save_and_forget_mappings(one, people, look, who):
    actor = getattr(people, who)
    number = one(commands.save_mapping, "Council form", COLUMNS, HEADERS, actor=people.support)

    with pytest.raises(NotFound):
        one(commands.save_mapping, "Another", COLUMNS, HEADERS, actor=actor)
    with pytest.raises(NotFound):
        one(commands.forget_mapping, number, actor=actor)
    with pytest.raises(NotFound):
        look(queries.known, actor=actor)
    assert look(lambda session: session.execute(select(col(FormMapping.name))).scalars().all()) == ["Council form"]
