"""One gesture of one person: one transaction, once, accounted for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from rr import clock, db
from rr.access import Actor
from rr.accounts.models import FormKey
from rr.accounts.rules import digest
from rr.db import Session
from rr.errors import Refused
from rr.undo import Changed, changed_by
from rr.unsaved.commands import discard

Identify = Callable[[Session], Actor]


@dataclass(frozen=True)
class Performed:
    """What a command returned, and what it changed: None if it had been done before, and nothing was."""

    result: Any
    changed: Changed | None = None


def perform(command: Callable[..., Any], *args: Any, actor: Actor | Identify, key: str | None = None, saves: str = "", **given: Any) -> Any:
    """Run one command in a transaction of its own and return its result (an id, a reference, or None). The rest as for `performed`."""
    return performed(command, *args, actor=actor, key=key, saves=saves, **given).result


def performed(
    command: Callable[..., Any], *args: Any, actor: Actor | Identify, key: str | None = None, saves: str = "", **given: Any
) -> Performed:
    """Run one command in a transaction of its own, and tell what it returned and what it changed.

    `actor` may be a function that finds out who it is inside the transaction. The same `key` again, from the same person,
    changes nothing and returns the first result as text or number. Whatever the command refuses leaves nothing behind.
    `saves` names the form that this saves: what the person had typed into it is no longer kept as unsaved.
    """
    # The same form may have two buttons: what one of them did isn't done for the other.
    mark_of = None if key is None else digest(f"{getattr(command, '__name__', '')} {key}")
    try:
        about = {"now": clock.now(), "gesture": getattr(command, "__name__", "")}
        with db.transaction(quiet=getattr(command, "quiet", False), **about) as session:
            who = actor if isinstance(actor, Actor) else actor(session)
            session.info["by"] = who
            if saves:
                discard(session, saves, actor=who, now=session.info["now"])
            if mark_of is not None:
                done = session.get(FormKey, mark_of)
                if done is not None:
                    return Performed(_first_result(done, who))
                mark = FormKey(key=mark_of, by_id=who.account_id, at=session.info["now"])
                session.add(mark)
                session.flush()
            result = command(session, *args, actor=who, now=session.info["now"], **given)
            if mark_of is not None:
                mark.result = "" if result is None else str(result)
            session.flush()
            return Performed(result, changed_by(session))
    except StaleDataError:
        raise Refused("Somebody else changed this at the same moment", "Nothing was saved. Look again, then save once more.") from None
    except IntegrityError as fault:
        if key is None or "form_key" not in str(fault.orig):
            raise
    return performed(command, *args, actor=actor, key=key, saves=saves, **given)  # it lost the race: the winner's result is there now


def _first_result(done: FormKey, who: Actor) -> Any:
    if done.by_id != who.account_id:
        raise Refused("This form was sent by somebody else", "Open the page again and fill it in afresh.")
    return int(done.result) if done.result.isdigit() else (done.result or None)
