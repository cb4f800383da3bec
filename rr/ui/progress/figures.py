"""The dashboard's parts: the filters in the address, the figures kept ready, and what stands behind each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from rr.access import Actor, Can, Scope, cache_key, scope
from rr.db import Session, revision
from rr.intake.rules import LONG_WAIT
from rr.labels import Labelled
from rr.partnerships.rules import Stage
from rr.plans.rules import ActionStatus
from rr.plans.states import PlanState
from rr.progress import queries, rules
from rr.progress.figures import Figure, Filters, Kind
from rr.progress.queries import Board
from rr.progress.rules import WAITS, PeriodName
from rr.sessions.states import SessionStage as SessionStage
from rr.ui.kit import charts
from rr.ui.kit import navigation as pages
from rr.ui.kit.charts import Bar, bar
from rr.ui.kit.markdown import plain
from rr.ui.kit.page import Page

GROWING = Path(__file__).parents[1] / "static/growing.svg"
STATUS_MEANS = {status: status.value for status in ActionStatus}
OPENS = {Kind.REQUEST: "requests", Kind.SESSION: "session", Kind.PLAN: "plan", Kind.ACTION: "plan", Kind.PARTNERSHIP: "partnership"}
SESSION_STAGES = {
    Figure.DRAFTS: SessionStage.TO_ARRANGE,
    Figure.SESSIONS_COMING: SessionStage.COMING,
    Figure.UNFINISHED: SessionStage.TO_FINISH,
}
SUBTITLES = {
    **{figure: figure.label for figure in Figure},
    Figure.CONTACTED: "Sign-ups that we were in touch with",
    Figure.WAITING: "Waiting for our first contact",
    Figure.WAITING_LONG: f"Waited more than {LONG_WAIT} working days",
    Figure.UNMATCHED: "Sign-ups without a partnership",
    Figure.DRAFTS: "Sessions without a date",
    Figure.UNFINISHED: "Sessions that are over and not written up",
    Figure.PLANS_SILENT: "Plans without word for 30 days",
    Figure.STAGE: "Partnerships that signed up",
}


@dataclass(frozen=True)
class Chosen:
    """The filters, and the same as they stand in the address; the topics by code, and whether this person sees all partnerships."""

    filters: Filters
    params: dict[str, Any]
    topics: dict[str, str]
    everything: bool


def choose(page: Page, db: Session) -> Chosen:
    """Draw the filters in one row and read them. They live in the address; a facilitator has no filter for facilitators."""
    regions, topics, facilitators = queries.choices(db, actor=page.actor)
    labels = dict(topics)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = (
            st.selectbox("Period", list(PeriodName), format_func=_label, key="progress_period", bind="query-params", width=150)
            or PeriodName.ALL
        )
        days = _days(page.today) if name is PeriodName.CHOSEN else ()
        region = st.selectbox(
            "Region",
            [None, *regions],
            format_func=lambda each: each or "All regions",
            key="progress_region",
            bind="query-params",
            width=185,
        )
        topic = st.selectbox(
            "Topic",
            [None, *labels],
            format_func=lambda code: labels.get(code, "All topics"),
            key="progress_topic",
            bind="query-params",
            width=240,
        )
        everything = scope(page.actor, Can.SEE_PROGRESS) is Scope.ALL
        facilitator = _facilitator(page, dict(facilitators)) if everything else None
    filters = Filters(region, topic, facilitator, rules.period(name, page.today, days))
    shown: dict[str, Any] = {
        "progress_period": name.label if name is not PeriodName.THIS_QUARTER else "",
        "progress_days": [day.isoformat() for day in days],
        "progress_region": region or "",
        "progress_topic": labels.get(topic, "") if topic else "",
        "progress_facilitator": str(facilitator or ""),
    }
    return Chosen(filters, {key: value for key, value in shown.items() if value}, labels, everything)


def _label(choice: Labelled) -> str:
    return choice.label


def _facilitator(page: Page, names: dict[int, str]) -> int | None:
    """By account, not by name: names don't go into addresses."""
    asked = page.param("progress_facilitator")
    st.session_state["progress_facilitator"] = asked if asked in names else None
    return st.selectbox(
        "Facilitator",
        [None, *names],
        format_func=lambda number: names.get(number, "All facilitators"),
        key="progress_facilitator",
        on_change=_facilitator_to_address,
        placeholder="All facilitators",
        width=185,
    )


def _facilitator_to_address() -> None:
    chosen = st.session_state["progress_facilitator"]
    if chosen is None:
        st.query_params.pop("progress_facilitator", None)
    else:
        st.query_params["progress_facilitator"] = str(chosen)


def _days(today: date) -> tuple[date, ...]:
    return st.date_input(
        "From – to", value=(date(today.year, 1, 1), today), format="DD/MM/YYYY", key="progress_days", bind="query-params", width=240
    )


def ready(page: Page, db: Session, filters: Filters) -> tuple[Board, dict[str, dict[str, Any]]]:
    """The figures and the finished charts, kept until the data, the day, the filters or what the viewer may see is another."""
    key = f"{revision(db)} {page.today} {cache_key(page.actor, Can.SEE_PROGRESS)} {filters!r}"
    return _ready(key, db, filters, page.actor, page.today)


@st.cache_data(max_entries=256, show_spinner=False)
def _ready(key: str, _db: Session, _filters: Filters, _actor: Actor, _today: Any) -> tuple[Board, dict[str, dict[str, Any]]]:
    board = queries.board(_db, _filters, actor=_actor, today=_today)
    return board, {name: charts.spec(bars) for name, bars in _bars(board).items()}


def _bars(board: Board) -> dict[str, list[Bar]]:
    kinds = [
        Bar(code, label, f"{found} of {asked} found", (("done", found), ("stuck", asked - found)))
        for code, label, asked, found in board.needs
    ]
    topics = [
        Bar(code, label, f"{done} of {total} done", (("done", done), ("not_started", total - done)))
        for code, label, total, done in board.action_topics
    ]
    return {
        "stage": [bar(stage.value, stage.label, n, "done" if stage.rank else "not_started") for stage, n in board.stages],
        "wait": [
            bar(str(low), label, n, "waits" if low > LONG_WAIT else "done")
            for (low, _, label), n in zip(WAITS, board.wait.bands, strict=True)
        ],
        "topics": [bar(code, label, n) for code, label, n in board.topics],
        "actions": [bar(status.value, status.label, board.actions[status.value], STATUS_MEANS[status]) for status in ActionStatus],
        "action_topics": topics,
        "needs": kinds,
    }


def needs_you(page: Page, board: Board, chosen: Chosen) -> None:
    """What waits for somebody to act, each with the rows one click away."""
    triage = scope(page.actor, Can.TRIAGE) is not Scope.NONE
    items = [
        (
            Figure.WAITING_LONG,
            "hourglass_top",
            "person has|people have",
            f"waited more than {LONG_WAIT} working days for us",
            "See who waits",
        ),
        (Figure.UNMATCHED, "location_off", "sign-up has|sign-ups have", "no partnership yet", "Find their partnership"),
        (Figure.DRAFTS, "edit_calendar", "session has|sessions have", "no date yet", "Give them a date"),
        (Figure.UNFINISHED, "edit_note", "session is over and|sessions are over and", "not written up", "Write them up"),
        (Figure.PLANS_SILENT, "notifications_paused", "plan has|plans have", "had no word for 30 days", "Get in touch"),
    ]
    waiting = [item for item in items if board.counts[item[0]] and (triage or item[0] not in (Figure.WAITING_LONG, Figure.UNMATCHED))]
    with st.container(border=True, key="progress_needs_you"):
        st.subheader("What needs you", anchor=False)
        if not waiting:
            st.markdown("Nothing waits for you. The rows behind every figure below are one click away.")
        for figure, icon, words, rest, label in waiting:
            n = board.counts[figure]
            one, many = words.split("|")
            noun, _, verb = (one if n == 1 else many).partition(" ")
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(f":material/{icon}: **{n:,} {noun}** {verb} {rest}", width="content")
                open_rows(figure, label, n, chosen)


def open_rows(figure: Figure, label: str, total: int, chosen: Chosen, of: str | None = None, *, arrow: bool = True) -> None:
    """The link that opens the `total` rows behind a figure, or behind one bar of its chart."""
    stem, params = door(figure, total, chosen, of)
    icon = ":material/arrow_forward:" if arrow else ""
    st.page_link(_at(stem), label=label, icon=icon, icon_position="right", help="", query_params=params)


def door(figure: Figure, total: int, chosen: Chosen, of: str | None = None) -> tuple[str, dict[str, Any]]:
    """Where the rows behind a figure are: on the page where they are worked on, if its filters say exactly the same; else listed here."""
    filters = chosen.filters
    if total and filters.facilitator is None and (found := _work_page(figure, chosen, of)):
        stem, params = found
        return stem, {**params, **({f"{stem}_region": filters.region} if filters.region else {})}
    return "progress", {**chosen.params, "progress_rows": figure.value, **({"progress_of": of} if of else {})}


def _at(stem: str) -> StreamlitPage:
    """The page behind a door; a door to the dashboard itself leads to its rows."""
    return pages.rows() if stem == "progress" else pages.page(stem)


def _work_page(figure: Figure, chosen: Chosen, of: str | None) -> tuple[str, dict[str, Any]] | None:
    topic = chosen.filters.topic
    if figure is Figure.ACTIONS and of in {status.value for status in ActionStatus}:
        about = {"plans_topic": chosen.topics[topic]} if topic else {}
        return "plans", {"plans_view": "Actions", "plans_status": ActionStatus(of).label, **about}
    if topic is not None:
        return None
    if figure in SESSION_STAGES and (chosen.everything or not chosen.filters.region):
        return "sessions", {"sessions_state": SESSION_STAGES[figure].label}
    if figure is Figure.STAGE and of:
        return "partnerships", {"partnerships_stage": Stage(of).label}
    return {
        Figure.PLANS_OPEN: ("plans", {"plans_state": PlanState.AGREED.label}),
        Figure.PLANS_SILENT: ("plans", {"plans_silent": "true"}),
    }.get(figure)


@dataclass(frozen=True)
class Card:
    """A figure as it is shown: what it opens, its words, and below it its change (good when `up` is the better way) or a note."""

    figure: Figure
    label: str
    value: str
    rows: int
    change: float | None = None
    up: bool = True
    note: str = ""


def cards(title: str, shown: Sequence[Card], chosen: Chosen) -> None:
    """Figures in cards of one height; each card's name is the link to its rows."""
    st.subheader(title, anchor=False)
    with st.grid(2, min_column_width=140, gap="small"):
        for card in shown:
            better = card.change is not None and (card.change > 0) == card.up
            with st.container(border=True, height="stretch", gap="xsmall"):
                open_rows(card.figure, card.label, card.rows, chosen, arrow=False)
                st.metric(
                    card.label,
                    card.value,
                    card.note or _change(card.change),
                    delta_color="green" if better and card.change else "gray",
                    delta_arrow="off" if card.note else "auto",
                    label_visibility="collapsed",
                )


def _change(change: float | None) -> float | None:
    return None if change is None else round(change, 1) if change % 1 else int(change)


def of_period(board: Board) -> list[Card]:
    """The figures of the chosen period, with the change against the period before."""

    def change(figure: Figure) -> float | None:
        return board.counts[figure] - board.before[figure] if figure in board.before else None

    days, before = board.contact_days, board.contact_days_before
    return [
        Card(Figure.SIGN_UPS, "Sign-ups", f"{board.counts[Figure.SIGN_UPS]:,}", board.counts[Figure.SIGN_UPS], change(Figure.SIGN_UPS)),
        Card(
            Figure.CONTACTED,
            "Days to contact",
            rules.number(days),
            board.counts[Figure.CONTACTED],
            days - before if days is not None and before is not None else None,
            up=False,
        ),
        *(
            Card(figure, figure.label, f"{board.counts[figure]:,}", board.counts[figure], change(figure))
            for figure in (Figure.SESSIONS_HELD, Figure.PLANS_AGREED, Figure.ACTIONS_DONE, Figure.SUPPORT_FOUND)
        ),
    ]


def of_today(board: Board) -> list[Card]:
    """The figures as they stand today, whatever the period."""
    wait, counts = board.wait, board.counts
    return [
        Card(Figure.WAITING, "Waiting for us", f"{wait.count:,}", wait.count, note=f"longest {rules.number(wait.longest)} days"),
        Card(Figure.WAITING, "Median wait", rules.number(wait.median), wait.count, note="working days"),
        Card(Figure.WAITING_LONG, "Over 5 days", f"{wait.over:,}", wait.over, note="working days"),
        Card(
            Figure.SESSIONS_COMING,
            "Sessions coming",
            f"{counts[Figure.SESSIONS_COMING]:,}",
            counts[Figure.SESSIONS_COMING],
            note="with a date",
        ),
        Card(Figure.PLANS_OPEN, "Plans under way", f"{counts[Figure.PLANS_OPEN]:,}", counts[Figure.PLANS_OPEN], note="agreed and open"),
        Card(Figure.PLANS_SILENT, "Without word", f"{counts[Figure.PLANS_SILENT]:,}", counts[Figure.PLANS_SILENT], note="30 days or more"),
    ]


@dataclass(frozen=True)
class Panel:
    """A chart with what belongs to it: the figure that its bars open, its sentence, and the words of its table."""

    name: str
    title: str
    figure: Figure
    says: str
    opens: str


def panels(board: Board) -> list[Panel]:
    """The charts in the order in which they are read."""
    needs = [(label, asked, found) for _, label, asked, found in board.needs]
    return [
        Panel("stage", "How far partnerships have come", Figure.STAGE, rules.say_stages(board.stages), "partnerships that signed up"),
        Panel("wait", "Waiting for our first contact, working days", Figure.WAITING, rules.say_waiting(board.wait), "people who wait"),
        Panel(
            "topics",
            "What sign-ups are about",
            Figure.SIGN_UPS,
            rules.say_most([(label, n) for _, label, n in board.topics], "Most sign-ups are", "Nobody signed up in this period."),
            "sign-ups",
        ),
        Panel("actions", "How actions go", Figure.ACTIONS, rules.say_actions(dict(board.actions)), "actions"),
        Panel(
            "action_topics",
            "What actions are about",
            Figure.ACTIONS,
            rules.say_most([(label, total) for _, label, total, _ in board.action_topics], "Most actions are", "There are no actions yet."),
            "actions",
        ),
        Panel("needs", "Support needed", Figure.SUPPORT_ASKED, rules.say_needs(needs), "support asked for"),
    ]


def panel(shown: Panel, bars: Sequence[Bar], chart: dict[str, Any], chosen: Chosen) -> None:
    """One chart in its card: sentence, link to its rows, and its table on demand with a link for each bar."""
    with st.container(border=True, height="stretch"):
        st.subheader(shown.title, anchor=False)
        if any(n for each in bars for _, n in each.parts):
            charts.draw(
                chart,
                key=f"progress_chart_{shown.name}",
                says=f"{shown.title}. {shown.says}",
                on_pick=lambda code: _picked(shown, code, chosen),
            )
        st.markdown(plain(shown.says))
        if not any(n for each in bars for _, n in each.parts):
            return
        open_rows(shown.figure, f"Open the {shown.opens}", 1, chosen)
        table = st.expander("As a table", key=f"progress_table_{shown.name}", icon=":material/table_rows:", on_change="rerun")
        if table.open:
            with table:
                for each in bars:
                    open_rows(shown.figure, f"{plain(each.label)}: **{plain(each.number)}**", _total(each), chosen, each.code)


def _total(each: Bar) -> int:
    return sum(n for _, n in each.parts)


def _picked(shown: Panel, code: str, chosen: Chosen) -> None:
    stem, params = door(shown.figure, 1, chosen, code)
    st.switch_page(_at(stem), query_params=params)


def bars_of(board: Board) -> dict[str, list[Bar]]:
    """The bars of each chart, for their tables."""
    return _bars(board)


def asked_rows() -> tuple[Figure, str | None] | None:
    """The figure whose rows the address asks for, and the bar; None while it asks for the dashboard."""
    wanted = st.query_params.get("progress_rows", "")
    if wanted not in {figure.value for figure in Figure}:
        return None
    return Figure(wanted), st.query_params.get("progress_of") or None


def rows(page: Page, db: Session, figure: Figure, of: str | None, chosen: Chosen) -> None:
    """The rows behind a figure, fifty a page, each with the way to act on it."""
    number = st.session_state.get("progress_page", 1)
    found = queries.behind(db, figure, chosen.filters, of=of, actor=page.actor, today=page.today, page=number)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(_heading(figure, of, db, found.total), anchor=False)
        st.page_link(pages.page("progress"), label="Back to the figures", icon=":material/arrow_back:", query_params=chosen.params, help="")
    if not found.total:
        st.markdown("None under these filters. Choose a longer period or all regions to see more.")
    for row in found.rows:
        with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{plain(row.title)}**  \n{plain(row.detail)}", width="stretch")
            _open(page, row)
    if found.total > queries.PER_PAGE:
        st.pagination(-(-found.total // queries.PER_PAGE), key="progress_page")


def _heading(figure: Figure, of: str | None, db: Session, total: int) -> str:
    bar_words = f", {queries.bar_label(db, figure, of)}" if of else ""
    words = "Partnerships" if figure is Figure.STAGE and of else SUBTITLES[figure]
    return f"{words}{bar_words}: {total:,}"


def _open(page: Page, row: Any) -> None:
    """Where a row is acted on; whoever may not triage reads a request in its partnership's thread."""
    stem, number = OPENS.get(row.kind, "partnership"), row.opens_id
    if row.kind is Kind.NEED or (row.kind is Kind.REQUEST and scope(page.actor, Can.TRIAGE) is Scope.NONE):
        stem, number = "partnership", row.partnership_id
    pages.link(stem, f"Open the {stem.removesuffix('s')}", icon="arrow_forward", id=number)
