"""People who sign in, their sign-ins, one-time links and throttling."""

from datetime import datetime

from sqlmodel import Field

from rr.accounts.rules import Role
from rr.base import LINE, QUIET, SHORT, Base, Instant, choice, string


class Account(Base, table=True):
    """A person who signs in. Accounts are disabled, never deleted: what they did stays theirs."""

    id: int = Field(default=None, primary_key=True)
    email: str = string(LINE, personal=False, unique=True)
    name: str = string(SHORT, personal=False)
    role: Role = Field(sa_type=choice(Role), index=True)
    password_hash: str = string(LINE, personal=False)
    made_at: datetime = Field(sa_type=Instant)
    disabled_at: datetime | None = Field(default=None, sa_type=Instant)


class SignIn(Base, table=True):
    """One browser that signed in. `mark` is the SHA-256 of the cookie's token, which is kept nowhere.

    `ends_at` moves on as long as somebody clicks or types, up to twelve hours after `began_at`.
    """

    __tablename__ = "sign_in"
    __table_args__ = QUIET
    id: int = Field(default=None, primary_key=True)
    mark: str = string(64, personal=False, unique=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    began_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    browser: str = string(SHORT, personal=True, description="its kind and system, as it says itself")


class OneTimeLink(Base, table=True):
    """A link to set a password, once. `mark` is the SHA-256 of its token."""

    __tablename__ = "one_time_link"
    __table_args__ = QUIET  # that one was made or used is an event of its account
    id: int = Field(default=None, primary_key=True)
    mark: str = string(64, personal=False, unique=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    ends_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class Throttle(Base, table=True):
    """How often something was tried: by whom (hashed), from when the count runs."""

    __table_args__ = QUIET
    key: str = Field(primary_key=True, max_length=64)
    tries: int = 0
    since: datetime = Field(sa_type=Instant)


class FormKey(Base, table=True):
    """A form that was sent: the same key again gives the same result instead of a second row."""

    __tablename__ = "form_key"
    __table_args__ = QUIET
    key: str = Field(primary_key=True, max_length=64)
    by_id: int | None = Field(default=None)
    at: datetime = Field(sa_type=Instant, index=True)
    result: str = string(LINE, personal=False)
