"""What a row of support needed shows and offers."""

from dataclasses import replace
from datetime import date

import pytest

from rr.needs.queries import KindRow, NeedRow, PartnerRow
from rr.needs.rules import NeedStatus
from rr.ui.kit.rows import Badge, Button, Choice, Link, Row, to
from rr.ui.needs.listing import need_row, suggestions

WAITING = NeedRow(
    id=7,
    kind="legal-body",
    kind_label="Legal body",
    words="We need a *lawyer*",
    status=NeedStatus.ASKED,
    partner="",
    asked_on=date(2026, 11, 3),
    settled_on=None,
    partnership_id=3,
    partnership="Greenmoor",
    region="North East",
    plan_id=9,
    action="Sign the lease",
)
FOUND = replace(WAITING, status=NeedStatus.FOUND, partner="Locality", settled_on=date(2026, 11, 10), plan_id=None, action="")
ABOUT = "Greenmoor, Legal body"
CHANGE_TYPE = Button("change_type", "Change type", ABOUT, "sell")
WITHDRAW = Button("withdraw", "No longer needed", ABOUT, "close")
NOT_AVAILABLE = Button("not_available", "Not available", ABOUT, "block")
AGAIN = Button("ask_again", "Ask again", ABOUT, "replay")


def match(partner: object, none: str) -> Button:
    return Button("match", "Match partner", ABOUT, "handshake", primary=True, choice=Choice("Support partner", "partners", partner, none))


def test_a_need_that_waits_shows_what_it_is_for_and_offers_the_partner_who_fits() -> None:
    assert need_row(WAITING, {"legal-body": 5}, may_match=True) == Row(
        7,
        "Greenmoor",
        to("partnership", id=3),
        detail=("For: Sign the lease · North East · Asked on 3 November 2026",),
        words="“We need a *lawyer*”",
        badges=(Badge("Not found yet", "orange", "hourglass_top"), Badge("Legal body")),
        links=(Link("Open plan", to("plan", id=9), "checklist"),),
        buttons=(match(5, ""), NOT_AVAILABLE, CHANGE_TYPE, WITHDRAW),
    )


def test_a_need_for_which_support_was_found_names_the_partner() -> None:
    assert need_row(FOUND, {}, may_match=True) == Row(
        7,
        "Greenmoor",
        to("partnership", id=3),
        detail=("Support partner: Locality · North East · Settled on 10 November 2026",),
        words="“We need a *lawyer*”",
        badges=(Badge("Support found", "green", "handshake"), Badge("Legal body")),
        buttons=(AGAIN, CHANGE_TYPE),
    )


@pytest.mark.parametrize(
    ("need", "suggested", "may_match", "buttons"),
    [
        (WAITING, {"legal-body": None}, True, (match("", "Choose a partner"), NOT_AVAILABLE, CHANGE_TYPE, WITHDRAW)),
        (replace(FOUND, status=NeedStatus.NOT_AVAILABLE, partner=""), {}, True, (AGAIN, CHANGE_TYPE, WITHDRAW)),
        (WAITING, {"legal-body": 5}, False, (CHANGE_TYPE, WITHDRAW)),
        (FOUND, {}, False, (CHANGE_TYPE,)),
    ],
)
def test_what_can_be_done_follows_from_the_status_and_the_permission(need, suggested, may_match, buttons) -> None:
    assert need_row(need, suggested, may_match=may_match).buttons == buttons


def test_the_partner_offered_first_has_helped_before_or_has_the_words_for_it() -> None:
    kinds = (KindRow("a", "Hubs", ()), KindRow("b", "Transport", ()), KindRow("c", "Something else", ()))
    partners = (PartnerRow(4, "Locality", "Hubs and transport"), PartnerRow(5, "UnLtd", "Grants"))

    assert suggestions(kinds, partners, {"a": 5}) == {"a": 5, "b": 4, "c": None}
