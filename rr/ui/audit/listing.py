"""The audit's list: its filters, and what each row shows."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from rr.access import Actor, Can, Scope, scope
from rr.audit_trail.gestures import GESTURES
from rr.audit_trail.queries import AuditFilters, AuditList, AuditRow
from rr.audit_trail.records import KINDS
from rr.clock import LONDON
from rr.days import WEEKDAYS, say
from rr.ui.kit.filters import bar
from rr.ui.kit.navigation import PAGES
from rr.ui.kit.rows import Badge, Row, Target, to

KIND_OPTIONS = {name: kind.many for name, kind in sorted(KINDS.items(), key=lambda one: one[1].many) if kind.many}


def sentence(found: AuditList, actor: Actor) -> str:
    """Whose doings these are, and how far back the list goes."""
    if scope(actor, Can.READ_AUDIT) is Scope.NONE:
        whose = "Who did what kind of thing, and when. What is in the records isn’t shown."
    elif scope(actor, Can.READ_AUDIT) is Scope.ALL:
        whose = "What everybody did, the latest first."
    else:
        whose = "What you did and what happened to your account, the latest first."
    older = f" These are the latest {found.total:,}: choose dates to see older ones." if found.has_older else ""
    return whose + older


@cache
def gesture_options() -> dict[tuple[str, ...], str]:
    """What was done, in words, in their order; commands that do the same are one option."""
    names: dict[str, list[str]] = defaultdict(list)
    for name, gesture in GESTURES.items():
        about = " or ".join(dict.fromkeys(KINDS[kind].one for kind in gesture.about if kind in KINDS)) or "something"
        words = gesture.past.format(about)
        names[words[:1].upper() + words[1:]].append(name)
    return {tuple(several): words for words, several in sorted(names.items())}


def filters(people: Mapping[int, str]) -> AuditFilters:
    with bar("audit") as f:
        person = f.person("person", "Who", people, width=160) if people else None
        kind = f.choice("kind", "Kind of record", KIND_OPTIONS, none="All records", width=160)
        with f.more():
            since, until = f.day("from", "From"), f.day("to", "Until")
            done = f.choice("done", "What was done", gesture_options(), none="Everything")
        return AuditFilters(person, kind, done or (), since, until)


def audit_row(row: AuditRow, actor: Actor) -> Row:
    """One gesture, under its day. The sentence leads to the record, on the nearest page that this person has."""
    at = row.at.astimezone(LONDON)
    return Row(
        row.id,
        row.sentence,
        _target(row, actor),
        detail=(f"Changed: {row.changed}",) if row.changed else (),
        badges=(Badge(f"{at:%H:%M}"),),
        group=f"{WEEKDAYS[at.weekday()]}, {say(at.date())}",
    )


def _target(row: AuditRow, actor: Actor) -> Target | None:
    for stem, number in row.pages:
        if scope(actor, PAGES[stem].need) is not Scope.NONE:
            return to(stem) if stem in ("accounts", "toolkit") else to(stem, id=number)
    return None
