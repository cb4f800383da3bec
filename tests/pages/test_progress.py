"""The dashboard on screen: it renders for whom it may, its figures lead to exactly their rows, and it has no dead ends."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from rr.access import Actor, Who
from rr.needs.rules import NeedStatus
from rr.partnerships.rules import Stage
from rr.plans import lists
from rr.plans.actions import queries as actions
from rr.plans.lists import PlanFilters
from rr.plans.rules import ActionStatus
from rr.plans.states import PlanState
from rr.progress import figures
from rr.progress import queries as progress
from rr.progress.figures import Figure, ProgressFilters
from rr.progress.rules import PeriodName
from rr.sessions import lists as sessions
from rr.sessions.states import SessionStage
from rr.ui.progress.filters import ChosenFilters
from rr.ui.progress.links import address_of_rows
from tests import rows, story
from tests.conftest import TODAY, People
from tests.story import ago, at

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def some(people: People) -> None:
    whitley, kirk = story.area("Whitley"), story.area("Kirk Hallam")
    story.request(whitley, ago(12), topics=("hubs",), words="We want to talk about the hall.")
    story.request(None, ago(2), area_text="Somewhere")
    story.session(whitley, facilitator=people.facilitator.account_id)
    story.session(whitley, facilitator=people.facilitator.account_id, starts_at=at(ago(4)))
    story.session(kirk, facilitator=people.other_facilitator.account_id, starts_at=at(TODAY + timedelta(days=4)))
    plan = story.plan(whitley, agreed_on=ago(45), lead_id=people.facilitator.account_id)
    story.action(plan, status=ActionStatus.STUCK, topic="hubs")
    story.update(story.action(plan, status=ActionStatus.DONE, title="Paint the hall"), ActionStatus.DONE, ago(33))
    story.need(whitley, status=NeedStatus.FOUND, partner_id=story.partner(), settled_on=ago(3), on=ago(9))
    story.plan(kirk, agreed_on=ago(3), lead_id=people.other_facilitator.account_id)


def words(test: Any) -> str:
    said = [element.value.replace("\\", "") for element in [*test.title, *test.header, *test.markdown, *test.caption]]
    return "\n".join([*said, *rows.texts(test, "progress_needs_you")])


def links(test: Any) -> dict[str, str]:
    """The label of each link in the page, and where it leads."""
    elements = {link.proto.label: f"{link.proto.page}?{link.proto.query_string}" for link in test.main.get("page_link")}
    prompts = {link["words"]: link["href"] for row in rows.drawn(test, "progress_needs_you") for link in row["links"]}
    cards = {row["heading"]: row["href"] for row in rows.drawn(test, "progress_figures")}
    return elements | {label: href.lstrip("/") for label, href in (prompts | cards).items()}


def numbers(test: Any) -> list[str]:
    """The number of each card, in the order in which they are shown."""
    return [row["number"] for row in rows.drawn(test, "progress_figures")]


def badges(test: Any) -> list[str]:
    """What stands below each number, with the icon of a change and its colour where it says that this is better."""
    found = [row.get("badges", [{"words": ""}]) for row in rows.drawn(test, "progress_figures")]
    return [" ".join(filter(None, [each.get("icon"), each["words"], each.get("colour", "").replace("gray", "")])) for [each] in found]


def test_a_manager_sees_what_needs_them_and_every_figure(people: People, app: Any) -> None:
    some(people)
    test = app(people.manager, "progress")
    assert not test.exception
    assert test.markdown[0].value == (
        "2 partnerships are working on their plans. 2 people are waiting for our first contact, the longest for 8 working days."
    )
    said = words(test)
    for line in (
        "1 person has waited more than 5 working days for us | See who is waiting",
        "1 sign-up has no partnership yet | Choose the partnership",
        "1 session has no date yet | Set a date",
        "1 session is over and not written up | Write up",
        "1 plan has had no update for 30 days | Get in touch",
        "Of 2 partnerships that signed up, 2 have a plan under way; 148 more have not signed up yet.",
        "1 of 2 actions is done; 1 is stuck and needs help.",
    ):
        assert line in said
    period = ("Sign-ups", "Days to contact", "Sessions held", "Plans agreed", "Actions done", "Support found")
    today = ("Waiting for us", "Median wait", "Over 5 days", "Sessions coming", "Plans under way", "No recent update")
    assert [(row["group"], row["heading"]) for row in rows.drawn(test, "progress_figures")] == [
        *(("In this period", label) for label in period),
        *(("As it stands today", label) for label in today),
    ]
    assert numbers(test) == ["2", "–", "0", "2", "1", "1", "2", "5", "1", "1", "2", "1"]
    assert badges(test) == [
        *("arrow_upward 2 green", "", "0", "arrow_upward 2 green", "arrow_upward 1 green", "arrow_upward 1 green"),
        *("longest 8 days", "working days", "working days", "with a date", "agreed and open", "30 days or more"),
    ]
    assert len(test.get("vega_lite_chart") or test.get("arrow_vega_lite_chart")) == 6


def test_each_figure_and_each_chart_has_a_link_to_its_rows(people: People, app: Any) -> None:
    some(people)
    found = links(app(people.manager, "progress"))
    assert found["Sign-ups"].endswith("progress_rows=sign_ups")
    assert found["Set a date"] == "sessions?sessions_state=To+schedule"
    assert found["No recent update"] == "plans?plans_silent=true"
    assert found["See who is waiting"].endswith("progress_rows=waiting_long")
    assert {
        f"Open the {what}" for what in ("sign-ups", "actions", "people who are waiting", "partnerships that signed up", "needs")
    } <= set(found)


@pytest.mark.parametrize("region", [None, "South East"])
@pytest.mark.parametrize(
    "figure_of",
    [
        (figures.DRAFTS, None),
        (figures.SESSIONS_COMING, None),
        (figures.UNFINISHED, None),
        (figures.PLANS_OPEN, None),
        (figures.PLANS_SILENT, None),
        (figures.ACTIONS, "stuck"),
        (figures.ACTIONS, "done"),
        (figures.STAGE, "plan_agreed"),
    ],
)
@pytest.mark.parametrize("topic", [None, "hubs"])
def test_a_link_to_another_page_opens_as_many_rows_as_the_figure_says(
    figure_of: tuple[Figure, str | None], region: str | None, topic: str | None, people: People, look: Any
) -> None:
    some(people)
    figure, of = figure_of
    filters = ProgressFilters(region=region, topic=topic)
    total = look(progress.behind, figure, filters, of=of, actor=people.manager, today=TODAY).total
    stem, params = address_of_rows(figure, total, ChosenFilters(filters, {}, {"hubs": "Community places or hubs"}, sees_all=True), of)
    if stem == "sessions":
        stage = next(stage for stage in SessionStage if stage.label == params["sessions_state"])
        wanted = sessions.SessionFilters(stage=stage, region=params.get("sessions_region"))
        assert look(sessions.listed, wanted, actor=people.manager, today=TODAY).total == total
    elif stem == "plans":
        assert set(params) <= {"plans_view", "plans_status", "plans_topic", "plans_region", "plans_state", "plans_silent"}
        status = next((status for status in ActionStatus if status.label == params.get("plans_status")), None)
        wanted = PlanFilters(
            state=next((state for state in PlanState if state.label == params.get("plans_state")), None),
            open_only="plans_state" not in params,
            region=params.get("plans_region"),
            topic="hubs" if params.get("plans_topic") else None,
            status=status,
            silent="plans_silent" in params,
        )
        listing = actions.listed if params.get("plans_view") == "Actions" else lists.listed
        assert look(listing, wanted, actor=people.manager, today=TODAY).total == total
    elif stem == "partnerships":
        from rr.story import areas

        stage_ = next(stage for stage in Stage if stage.label == params["partnerships_stage"])
        assert look(areas.listed, today=TODAY, region=params.get("partnerships_region"), stage=stage_, actor=people.manager).total == total
    else:
        assert (params["progress_rows"], total == 0 or topic is not None) == (figure.code, True)


def test_the_rows_behind_a_figure_are_listed_with_the_way_to_act(people: People, app: Any) -> None:
    some(people)
    test = app(people.manager, "progress", progress_rows="waiting_long")
    assert not test.exception
    assert test.header[0].value == "Waited more than 5 working days: 1"
    [row] = rows.drawn(test, "progress_list")
    assert (row["heading"], row["href"].startswith("/requests?id=")) == ("Whitley", True)
    assert "Back to the figures" in links(test)


def test_the_rows_of_one_bar_say_which(people: People, app: Any) -> None:
    some(people)
    test = app(people.support, "progress", progress_rows="sign_ups", progress_of="hubs", progress_period="All time")
    assert test.header[0].value == "Sign-ups, Community places or hubs: 1"
    assert links(test)["Back to the figures"].endswith("progress_period=All+time")


@pytest.mark.parametrize(
    "address",
    [{"progress_region": "Atlantis"}, {"progress_facilitator": "99"}, {"progress_period": "Never"}],
)
def test_a_filter_that_means_nothing_shows_the_dashboard(address: dict[str, str], people: People, app: Any) -> None:
    some(people)
    test = app(people.support, "progress", **address)
    assert not test.exception
    assert numbers(test)[:1] == ["2"]


@pytest.mark.parametrize(
    ("address", "headline"),
    [
        ({"progress_rows": "nonsense"}, "No figure has this name"),
        ({"progress_rows": "SIGN_UPS"}, "No figure has this name"),
        ({"progress_rows": "stage", "progress_of": "nonsense"}, "No chart has this bar"),
        ({"progress_rows": "nonsense", "progress_of": "hubs"}, "No figure has this name"),
    ],
)
def test_an_unknown_figure_or_bar_says_so_with_a_way_on(address: dict[str, str], headline: str, people: People, app: Any) -> None:
    some(people)
    test = app(people.support, "progress", **address)
    assert not test.exception
    assert (test.title[-1].value, test.warning[0].proto.title) == ("Not found", headline)
    assert "Go to your first page" in links(test)


def test_an_empty_bar_says_what_to_do_next(people: People, app: Any) -> None:
    some(people)
    test = app(people.manager, "progress", progress_rows="actions", progress_of="dropped")
    assert "None under these filters. Choose a longer period or all regions to see more." in words(test)


def test_without_data_there_is_a_sentence_and_a_next_step(people: People, app: Any) -> None:
    test = app(people.manager, "progress")
    assert not test.exception
    assert "There is nothing to show under these filters yet." in words(test)
    assert "Import sign-ups" in links(test)
    assert "Import sign-ups" not in links(app(people.facilitator, "progress"))


def test_a_facilitator_sees_their_own_and_no_triage(people: People, app: Any) -> None:
    some(people)
    test = app(people.other_facilitator, "progress")
    assert not test.exception
    assert numbers(test)[-2:] == ["1", "0"]
    assert "waited more than" not in words(test)
    with pytest.raises(KeyError):
        test.selectbox(key="progress_facilitator")
    [row] = rows.drawn(app(people.facilitator, "progress", progress_rows="sign_ups"), "progress_list")
    assert row["href"] == f"/partnership?id={story.area('Whitley')}"


def test_support_staff_may_and_an_administrator_may_not(people: People, app: Any) -> None:
    some(people)
    assert numbers(app(people.support, "progress"))
    page = app(people.admin, "progress")
    assert [element.type for element in page.main] == ["main", "title", "warning", "page_link"]


@pytest.mark.parametrize("who", [Who.MANAGER, Who.FACILITATOR])
def test_what_was_ready_for_one_person_is_not_shown_to_another(who: Who, people: People, app: Any) -> None:
    some(people)
    other: Actor = people.facilitator if who is Who.MANAGER else people.manager
    first = numbers(app(people.of(who), "progress"))
    test = app(other, "progress")  # the fixture empties the caches; the next run of the same server doesn't
    assert numbers(test.run()) != first


def test_the_table_of_a_chart_opens_on_demand_with_a_link_for_each_bar(people: People, app: Any) -> None:
    some(people)
    test = app(people.manager, "progress")
    assert "Stuck: **1**" not in links(test)
    test.session_state["progress_table_action_statuses"] = True
    assert links(test.run())["Stuck: **1**"] == "plans?plans_view=Actions&plans_status=Stuck"


def test_a_change_of_the_data_changes_the_figures_at_once(people: People, app: Any) -> None:
    some(people)
    test = app(people.manager, "progress")
    story.request(story.area("Ramsey"), ago(1))
    assert numbers(test.run())[0] == "3"


def test_a_card_leads_to_the_rows_of_days_that_were_chosen(people: People, app: Any) -> None:
    some(people)
    test = app(people.manager, "progress")
    test.selectbox(key="progress_period").select(PeriodName.CHOSEN).run()
    test.date_input(key="progress_days").set_value((date(2026, 1, 1), date(2026, 11, 2))).run()
    href = rows.drawn(test, "progress_figures")[0]["href"]
    assert parse_qs(urlsplit(href).query) == {
        "progress_period": ["From – to"],
        "progress_days": ["2026-01-01", "2026-11-02"],
        "progress_rows": ["sign_ups"],
    }
    assert urlsplit(href).path == "/rows"
    rows.follow(test, "progress_figures", href)
    assert not test.exception
    assert test.query_params == {
        "progress_period": "From – to",
        "progress_days": ["2026-01-01", "2026-11-02"],
        "progress_rows": "sign_ups",
    }
