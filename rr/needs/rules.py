"""How far a support need has come (domain 6.1, 'support status')."""

from rr.labels import Labelled


class NeedStatus(Labelled):
    ASKED = "asked", "Not found yet"
    FOUND = "found", "Support found"
    NOT_AVAILABLE = "not_available", "Not available"
