"""The list of accounts: its filters, and what each row shows and offers."""

from rr.accounts.queries import AccountFilters, AccountRow, SignInRow
from rr.accounts.rules import Role
from rr.accounts.states import AccountState
from rr.clock import LONDON, london_day
from rr.days import say
from rr.ui.kit.filters import bar
from rr.ui.kit.rows import Badge, Button, Choice, Row

ROLES = {"roles": {role.value: role.label for role in Role}}


def filters() -> AccountFilters:
    with bar("accounts") as f:
        return AccountFilters(
            f.choice("filter_role", "Role", Role, none="All roles"), f.choice("filter_state", "State", AccountState, none="All states")
        )


def account_row(account: AccountRow, *, is_me: bool) -> Row:
    """One account: who, what, since when, and what can be done about it. Nobody changes their own."""
    seen = f"Last signed in on {say(london_day(account.last_seen))}" if account.last_seen else "Never signed in"
    badges = (Badge(f"{account.role.label}, that is you" if is_me else account.role.label), Badge.of(account.state))
    return Row(account.id, account.name, detail=(account.email, seen), badges=badges, buttons=() if is_me else _buttons(account))


def _buttons(account: AccountRow) -> tuple[Button, ...]:
    if account.state is AccountState.DISABLED:
        return (Button("enable", "Enable"),)
    return (
        Button("change_role", "Change role", choice=Choice("Role", "roles", account.role.value)),
        Button("new_link", "New link", icon="link"),
        Button("disable", "Disable", icon="block"),
    )


def sign_in_row(one: SignInRow, *, is_here: bool) -> Row:
    """A browser where somebody is signed in themselves."""
    since = f"Since {one.began_at.astimezone(LONDON):%H:%M} on {say(london_day(one.began_at))}"
    return Row(
        one.id, one.browser or "A browser", detail=(since,), badges=(Badge("This browser", "green", "check_circle"),) if is_here else ()
    )
