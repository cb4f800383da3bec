"""What a password may be, and how it is hashed and compared. Hashing is slow on purpose: it never happens inside a transaction."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pwdlib import PasswordHash

from rr.errors import Invalid

SHORTEST, LONGEST = 12, 200  # characters; NCSC: length counts, composition rules don't
OFFER = ("reflect", "recharge", "big", "local", "trust", "partnership", "support", "facilitator", "manager", "administrator")
LEFT = 8  # letters and digits that a password has besides names
EASY = "That password is easy to guess. Three random words work well."
_OF_NAMES = "A password made of your name, your address or the name of the offer is easy to guess. Three random words work well."
_READ_AS = str.maketrans("013457@$!|", "oleastasil")  # the digits and signs that stand for letters


@dataclass(frozen=True)
class NewPassword:
    """The hash of a password that may be used. `choose` makes it."""

    hashed: str


@dataclass(frozen=True)
class Verified:
    """The stored hash that a typed password was found to fit. `verify` makes it."""

    stored: str


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")  # an unknown address takes as long to refuse as a known one


def warm_up() -> None:
    """Make the hash of nobody's password and read the common ones now: the first person to sign in would wait for it."""
    _nobody()
    _common()


def verify(password: str, stored: str) -> Verified | None:
    """Whether a password fits a stored hash; "" is the hash of nobody, which takes as long. Slow on purpose."""
    fits = _hasher().verify(password, stored or _nobody())
    return Verified(stored) if stored and fits else None


def choose(password: str, *, email: str, name: str) -> NewPassword:
    """Hash a new password for this person. Refuses (Invalid) what `check` refuses. Slow on purpose."""
    check(password, email=email, name=name)
    return NewPassword(_hasher().hash(password))


def check(password: str, *, email: str, name: str) -> None:
    """Refuse (Invalid) a password that is short, very long, common, or made of the person's or the offer's names."""
    if len(password) < SHORTEST:
        raise Invalid({"password": f"Use at least {SHORTEST} characters. Three random words work well."})
    if len(password) > LONGEST:
        raise Invalid({"password": f"Use at most {LONGEST} characters."})
    if password.casefold() in (email.casefold(), email.split("@")[0].casefold()) or is_common(password):
        raise Invalid({"password": EASY})
    if _is_of_names(password, (*OFFER, *_words(email), *_words(name))):
        raise Invalid({"password": _OF_NAMES})


def is_common(password: str) -> bool:
    """Whether a password is one of the common ones: as it is, with digits for letters, with digits or signs around it, or repeated."""
    plain = password.casefold()
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    for text in (plain, core, plain.translate(_READ_AS), core.translate(_READ_AS)):
        if _once(text) in _common() or _once(_bare(text)) in _common():
            return True
    return len(set(_bare(plain))) < 4


def _once(text: str) -> str:
    """The part that a text repeats, or the whole: "abcabc" is abc."""
    found = re.fullmatch(r"(.+?)\1+", text, re.DOTALL)
    return found[1] if found else text


def _is_of_names(password: str, names: tuple[str, ...]) -> bool:
    for plain in (password.casefold(), password.casefold().translate(_READ_AS)):
        left = _bare(plain)
        for name in sorted(names, key=len, reverse=True):
            left = left.replace(name, "")
        if left != _bare(plain) and (len(left) < LEFT or left.isdigit() or is_common(left)):
            return True
    return False


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\W\d_]+", text.casefold()) if len(word) > 2]


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


@cache
def _common() -> frozenset[str]:
    """The common passwords, one a line, and each without what isn't a letter or digit."""
    lines = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").split("\n")
    return frozenset(line for line in lines if line)
