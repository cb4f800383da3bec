"""What is to be done from time to time, by the server's timer and from the command line. Safe to run twice and side by side."""

from rr import gesture
from rr.access import SYSTEM
from rr.accounts.commands import remove_expired
from rr.unsaved.commands import remove_old_drafts

CLEANERS = (remove_expired, remove_old_drafts)  # each removes what has expired in its subject, and returns how many rows went


def clean() -> int:
    """Remove what has expired; returns how many rows went. Each subject's in a transaction of its own."""
    return sum(gesture.perform(cleaner, actor=SYSTEM) for cleaner in CLEANERS)
