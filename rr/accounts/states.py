"""What an account's stored facts mean: the rule in Python, and beside it the condition that finds the same rows in SQL."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import col

from rr.accounts.models import Account, SignIn
from rr.labels import Labelled


class AccountState(Labelled):
    ACTIVE = "active", "Can sign in", "check_circle", "green"
    INVITED = "invited", "Invitation not used yet", "mail", "orange"
    DISABLED = "disabled", "Disabled", "block", "gray"


def state(password_hash: str, disabled_at: datetime | None) -> AccountState:
    """Somebody without a password has a link to set one, or needs a new one."""
    if disabled_at is not None:
        return AccountState.DISABLED
    return AccountState.ACTIVE if password_hash else AccountState.INVITED


def where_state(wanted: AccountState) -> ColumnElement[bool]:
    enabled, has_password = col(Account.disabled_at).is_(None), col(Account.password_hash) != ""
    return {
        AccountState.ACTIVE: and_(enabled, has_password),
        AccountState.INVITED: and_(enabled, ~has_password),
        AccountState.DISABLED: ~enabled,
    }[wanted]


def where_holds(now: datetime) -> ColumnElement[bool]:
    """A sign-in that hasn't ended, of an account that isn't disabled. For statements that join the two."""
    return and_(col(SignIn.ended_at).is_(None), col(SignIn.ends_at) > now, col(Account.disabled_at).is_(None))
