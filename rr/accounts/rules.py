"""Roles, passwords, tokens, and how often somebody may try."""

import hashlib
import secrets
from datetime import datetime, timedelta

from rr.errors import Invalid
from rr.labels import Labelled

SIGN_IN_LASTS = timedelta(hours=12)
LINK_LASTS = timedelta(days=3)
TRIES, TRIES_WITHIN = 5, timedelta(minutes=15)
SIGN_UPS, SIGN_UPS_WITHIN = 30, timedelta(hours=1)  # from one address: a shared office or library stays below
SHORTEST, LONGEST = 12, 200  # characters; NCSC: length counts, composition rules don't


class Role(Labelled):
    """The roles of accounts, as the table of permissions names them."""

    SUPPORT = "support", "Support staff"
    FACILITATOR = "facilitator", "Facilitator"
    MANAGER = "manager", "Manager"
    ADMIN = "admin", "Administrator"


def token() -> str:
    """A new unguessable token: 256 bits, fit for an address or a cookie."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a token: its SHA-256. A token is random, so it needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def check_password(password: str, email: str) -> None:
    """Refuse (Invalid) a password that is short, very long, or the person's own address."""
    if len(password) < SHORTEST:
        raise Invalid({"password": f"Use at least {SHORTEST} characters. Three random words work well."})
    if len(password) > LONGEST:
        raise Invalid({"password": f"Use at most {LONGEST} characters."})
    if password.casefold() in (email.casefold(), email.split("@")[0].casefold()) or len(set(password)) < 4:
        raise Invalid({"password": "That password is easy to guess. Three random words work well."})


def may_try(tries: int, since: datetime, now: datetime) -> bool:
    """Whether another try is allowed: at most five failures in a quarter of an hour."""
    return now - since >= TRIES_WITHIN or tries < TRIES
