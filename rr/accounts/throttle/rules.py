"""How often something may be tried. A limit is known by the hash of what it counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from rr.accounts.rules import digest

WITHIN = timedelta(minutes=15)
TRIES, OF_ACCOUNT, OF_ADDRESS, IN_ALL = 5, 20, 50, 200  # wrong passwords within that time
SIGN_UPS, SIGN_UPS_WITHIN = 30, timedelta(hours=1)  # from one address: a shared office or library stays below
KEPT = SIGN_UPS_WITHIN  # the longest time in which anything is counted


@dataclass(frozen=True, order=True)
class Limit:
    """At most this many in this time. `is_shared`: others' tries count against it too.

    Limits are counted in the order of their keys, so that no two transactions wait for each other.
    """

    key: str
    most: int = TRIES
    within: timedelta = WITHIN
    is_shared: bool = True

    def is_reached(self, tries: int, since: datetime, now: datetime) -> bool:
        return now - since < self.within and tries >= self.most


def sign_in_limits(email: str, address: str, known: str = "") -> tuple[Limit, ...]:
    """What a try to sign in counts against: account and address together, each alone, and all tries.

    `known` names a browser that this account has signed in with before. Its tries are counted by themselves, so that strangers who use up
    the other limits keep nobody out who is known.
    """
    if known:
        return (Limit(digest(f"known {known} {email}"), is_shared=False),)
    place = _place(address)
    each = (
        Limit(digest(f"{email} {place}"), is_shared=False),
        Limit(digest(f"account {email}"), OF_ACCOUNT),
        Limit(digest(f"address {place}"), OF_ADDRESS),
        Limit(digest("all sign-ins"), IN_ALL),
    )
    return tuple(sorted(each))


def _place(address: str) -> str:
    """A client's address; of IPv6 the network, in which one client may have any number of addresses."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    return str(ip_network(f"{ip}/64", strict=False)) if ip.version == 6 else address


def own_password_limits(account_id: int) -> tuple[Limit, ...]:
    """What a wrong present password counts against where somebody changes their own."""
    return (Limit(digest(f"own password {account_id}"), is_shared=False),)


def sign_up_limit(address: str) -> Limit:
    return Limit(digest(f"sign-up {_place(address)}"), SIGN_UPS, SIGN_UPS_WITHIN)
