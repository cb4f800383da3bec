"""Action plans. Whoever follows plans up sees where each one stands, which had no update for long, and what is due."""

from rr.access import Can
from rr.plans import lists
from rr.plans.actions import queries as actions
from rr.plans.lists import FilterOptions, PlanList
from rr.ui.kit import pager
from rr.ui.kit.page import enter
from rr.ui.kit.rows import rows
from rr.ui.plans import listing

page = enter("plans", Can.READ_PLANS)
with page.reading() as db:
    page.title("Action plans", listing.sentence(lists.counts(db, actor=page.actor, today=page.today)))
    chosen = listing.choose(lists.filter_options(db, actor=page.actor, today=page.today) if listing.needs_options() else FilterOptions())
    number = pager.current("plans_page")
    if chosen.view == listing.ACTIONS:
        found = actions.listed(db, chosen.filters, actor=page.actor, today=page.today, page=number)
        items = [listing.action_row(row, page.today) for row in found.rows]
    else:
        found = lists.listed(db, chosen.filters, actor=page.actor, today=page.today, page=number)
        items = [listing.plan_row(row) for row in found.rows]

listing.summary(chosen, found.total)
rows("plans_list", items, label=chosen.view, layout="lines")
pager.draw("plans_page", found)
if isinstance(found, PlanList):
    listing.closed(found)
