"""Roles, tokens, and how long a sign-in holds."""

import hashlib
import secrets
from datetime import datetime, timedelta

from rr.labels import Labelled

SIGN_IN_LASTS = timedelta(hours=12)
IDLE_LASTS = timedelta(minutes=30)  # without a click or a key
FORM_KEYS_KEPT = timedelta(days=14)  # a form that somebody left open for longer is sent anew
LINK_LASTS = timedelta(days=3)


class Role(Labelled):
    """The roles of accounts, as the table of permissions names them."""

    SUPPORT = "support", "Support staff"
    FACILITATOR = "facilitator", "Facilitator"
    MANAGER = "manager", "Manager"
    ADMIN = "admin", "Administrator"


class AccountEvent(Labelled):
    """What the audit says of an account besides the changes of its row; `label` says what somebody did."""

    SIGNED_IN = "signed in", "signed in"
    FAILED = "sign-in failed", "failed to sign in"
    SIGNED_OUT_ELSEWHERE = "signed out elsewhere", "signed out everywhere else"
    LINK_MADE = "link made", "made a one-time link"
    LINK_USED = "link used", "set a password with a one-time link"
    PASSWORD_CHANGED = "password changed", "changed their own password"


def token() -> str:
    """A new unguessable token: 256 bits, fit for an address or a cookie."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a token: its SHA-256. A token is random, so it needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def end_of(began_at: datetime, now: datetime) -> datetime:
    """Until when a sign-in holds whose person did something just now: half an hour, and twelve hours in all."""
    return min(now + IDLE_LASTS, began_at + SIGN_IN_LASTS)


def browser_named(user_agent: str) -> str:
    """A browser as its person would call it, "Firefox on Windows", from what it says of itself."""
    kind = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{kind} on {system}" if system else kind


# Most say that they are several: the first that fits is right.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"))
_BROWSERS += (("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "a Mac"))
_SYSTEMS += (("CrOS", "a Chromebook"), ("Linux", "Linux"))
