"""About the code itself: who may import whom, where time, commits and the environment are touched, and what every page and command has.

A checker takes a path and its source and yields sentences about what is wrong. Each is shown a bad snippet too, so that it can fail.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from rr.audit_trail.gestures import GESTURES

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("partnerships", "intake", "toolkit", "sessions", "plans", "needs", "accounts", "unsaved", "story", "progress", "audit_trail")
NAMED = ("models", "states", "rules", "drafts", "commands", "queries", "history", "__init__")
DATABASE = ("sqlmodel", "sqlalchemy")
DOWNSTREAM = ("intake", "sessions", "plans", "needs", "partnerships")  # a package's commands may call those of the ones after it

# May be reached by whoever has no account, or none yet. Each says what protects it instead of the table of permissions.
OPEN_COMMANDS = {
    "rr.accounts.commands.sign_in": "takes what only the check of a password makes, and compares it with what is stored",
    "rr.accounts.commands.note_failure": "writes down that somebody was kept out",
    "rr.accounts.commands.sign_in_demo": "refused unless RR_DEMO=1, which is refused unless the server is on loopback",
    "rr.accounts.commands.sign_out": "whoever holds the mark may end its sign-in",
    "rr.accounts.commands.set_password": "the one-time link is the check",
    "rr.accounts.throttle.commands.count_try": "counts what anybody may try, and is itself the limit",
    "rr.accounts.throttle.commands.forgive_try": "takes back what the same request counted, once its password was right",
    "rr.accounts.throttle.commands.count_sign_up": "counts what anybody may send, and is itself the limit",
}
NO_COMMANDS = {
    "rr.intake.imports.commands.preview": "writes nothing: the same judgement as the import's, before it",
}
SAVEPOINTS = {"rr/accounts/throttle/commands.py": "two first tries at the same instant: the loser goes on with the winner's row"}

Checker = Callable[[str, str], Iterable[str]]


def sources() -> dict[str, str]:
    files = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py")), *sorted((ROOT / "rr").rglob("*.py"))]
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files if file.exists()}


def imports(source: str) -> set[str]:
    """Every dotted name that an import brings in: `from rr import db` gives rr and rr.db."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found |= {module} | {f"{module}.{name.name}" for name in node.names}
    return found


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def kind(path: str, source: str | None = None) -> str:
    """What a file is: app, page, ui, web, migrations, top (of rr itself), or its kind in a package of the product.

    A package's file that has none of the usual names reads the database if it imports one (queries), else it is pure (other).
    """
    parts = path.removesuffix(".py").split("/")
    if parts[0] != "rr":
        return "page" if parts[0] == "pages" else "app"
    if len(parts) > 2 and parts[1] in ("ui", "web", "migrations"):
        return parts[1]
    if len(parts) == 2 or parts[1] not in PACKAGES:
        return "top"
    if parts[-1] in NAMED:
        return parts[-1]
    if source is None:
        source = (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).exists() else ""
    return "queries" if within_any(imports(source), "rr.db", *DATABASE) else "other"


@cache
def part(name: str) -> str:
    """The kind of what an import brings in from a package of the product: commands, queries, models …; "" for anything else."""
    parts = name.split(".")
    if len(parts) < 3 or parts[0] != "rr" or parts[1] not in PACKAGES:
        return ""
    deepest = next((depth for depth in range(len(parts), 2, -1) if (ROOT / "/".join(parts[:depth])).with_suffix(".py").exists()), 0)
    known = parts[: deepest or next((place for place, word in enumerate(parts, 1) if word in NAMED), 3)]
    return kind("/".join(known) + ".py")


def calls(source: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))


# Who may import whom

PLACES_OF = {  # a third party's package, and the only places that may know it
    "streamlit": ("app.py", "pages/", "rr/ui/"),
    "starlette": ("app.py", "rr/web/"),
    "pandas": ("pages/", "rr/ui/", "rr/progress/"),
    "altair": ("pages/", "rr/ui/", "rr/progress/"),
    "docx": ("rr/plans/handover/word.py",),
    "jinja2": ("rr/web/",),
    "typer": ("rr/__main__.py",),
    "alembic": ("rr/migrations/",),
}
FILES_IN_AND_OUT = re.compile(r"rr/(\w+/)*(imports/\w+|export)\.py")  # importers and exporters may use pandas too


def third_parties(path: str, source: str) -> Iterator[str]:
    for name in sorted(imports(source)):
        allowed = PLACES_OF.get(name.split(".")[0])
        if allowed is None or path.startswith(allowed):
            continue
        if within(name, "pandas") and FILES_IN_AND_OUT.fullmatch(path):
            continue
        yield f"{path} imports {name}, which belongs in {', '.join(allowed)}"


OUTSIDE = ("rr.ui", "rr.web", "pages", "rr.gesture")
UPHILL = {  # by kind of file: what of ours it may not know
    "app": ("pages",),
    "page": ("rr.web", "pages", "rr.db", "rr.gesture"),
    "ui": ("rr.web", "pages"),
    "web": ("rr.ui", "pages"),
    "top": ("rr.ui", "rr.web", "pages"),
    "migrations": ("rr.ui", "rr.web", "pages"),
    "commands": OUTSIDE,
    "queries": (*OUTSIDE, "commands"),
    "history": (*OUTSIDE, "commands"),
    "states": (*OUTSIDE, "rr.access", "rr.db", "rr.audit", "commands", "queries"),
    "models": (*OUTSIDE, "rr.access", "rr.db", "commands", "queries", "states"),
    "drafts": (*OUTSIDE, "rr.access", "rr.db", "rr.audit", "commands", "queries", "states", "models"),
    "rules": (*OUTSIDE, "rr.access", "rr.db", "rr.audit", "rr.base", "commands", "queries", "states", "models"),
    "other": (*OUTSIDE, "rr.access", "rr.db", "rr.audit", "commands", "queries", "states", "models"),
}


def layers(path: str, source: str) -> Iterator[str]:
    what = kind(path, source)
    for name in sorted(imports(source)):
        if name.startswith("."):
            yield f"{path} imports {name}: name the package in full"
        if any(part(name) == banned or within(name, banned) for banned in UPHILL.get(what, ())):
            yield f"{path} ({what}) imports {name}"
        if what in ("rules", "drafts", "page") and within(name, *DATABASE):
            yield f"{path} ({what}) imports {name}: no database here"


INSIDE = ("commands", "queries", "history", "states", "drafts", "rules", "models", "other")
LEAVES = {  # and which of ours each may know
    **dict.fromkeys(("errors", "clock", "config", "base", "days", "labels", "paging", "contact_details"), ()),
    "history": ("rr.clock",),
    "drafts": ("rr.base",),
}


def leaves(path: str, source: str) -> Iterator[str]:
    leaf = path.removeprefix("rr/").removesuffix(".py")
    if leaf not in LEAVES:
        return
    for name in sorted(imports(source)):
        if within(name, "rr") and name != "rr" and not within(name, "rr.errors", *LEAVES[leaf]):
            yield f"{path} imports {name}, and is a leaf (what it refuses may come from rr.errors)"


def downstream(path: str, source: str) -> Iterator[str]:
    parts = path.split("/")
    if len(parts) < 3 or parts[1] not in PACKAGES:
        return
    mine = parts[1]
    for name in sorted(imports(source)):
        theirs = name.split(".")[1] if part(name) == "commands" else mine
        if theirs == mine:
            continue
        later = DOWNSTREAM[DOWNSTREAM.index(mine) + 1 :] if mine in DOWNSTREAM else ()
        if theirs not in later:
            yield f"{path} calls {theirs}'s commands, and is not upstream of it ({' > '.join(DOWNSTREAM)})"


# Names


def doubles(files: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The classes that have one name, with the files that each stands in."""
    homes: dict[str, list[str]] = {}
    for path, source in files:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(path)
    return {name: paths for name, paths in homes.items() if len(paths) > 1}


def test_no_two_classes_have_one_name() -> None:
    assert doubles([("a.py", "class Row: ..."), ("b.py", "class Row: ...\nclass Other: ...")]) == {"Row": ["a.py", "b.py"]}
    assert doubles(sources().items()) == {}


# What happens in one place only


def clock_reads(path: str, source: str) -> Iterator[str]:
    if path == "rr/clock.py":
        return
    for call in calls(source):
        if not isinstance(call.func, ast.Attribute):
            continue
        owner, name = ast.unparse(call.func.value), call.func.attr
        read = name in ("now", "today", "utcnow") and owner != "clock"
        if read or (owner == "time" and name in ("time", "time_ns", "localtime", "gmtime", "strftime")):
            yield f"{path}:{call.lineno} reads the time by {owner}.{name}(): ask rr.clock"
        if owner == "clock" and name in ("now", "today") and kind(path, source) in INSIDE:
            yield f"{path}:{call.lineno} reads the clock: take now or today as an argument"
    if within_any(imports(source), "time.time", "rr.clock.now", "rr.clock.today"):
        yield f"{path} imports a function that reads the time by its own name: write clock.now()"


def within_any(names: Iterable[str], *packages: str) -> bool:
    return any(within(name, *packages) for name in names)


def commits(path: str, source: str) -> Iterator[str]:
    for call in calls(source):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if name in ("commit", "begin") and path not in ("rr/db.py", "rr/migrations/env.py"):
            yield f"{path}:{call.lineno} calls .{name}(): only rr/db.py opens and ends transactions"
        if name == "begin_nested" and path not in SAVEPOINTS:
            yield f"{path}:{call.lineno} calls .begin_nested(): one gesture is one transaction"


def environment(path: str, source: str) -> Iterator[str]:
    if path == "rr/config.py":
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb") and ast.unparse(node.value) == "os":
            yield f"{path}:{node.lineno} reads the environment: add it to rr/config.py"
    if within_any(imports(source), "os.environ", "os.getenv"):
        yield f"{path} reads the environment: add it to rr/config.py"


def textual_sql(path: str, source: str) -> Iterator[str]:
    if path.startswith("rr/migrations/") or kind(path) == "models":  # a partial index says its condition so
        return
    if within_any(imports(source), "sqlalchemy.text", "sqlmodel.text", "sqlalchemy.sql.text", "sqlalchemy.literal_column"):
        yield f"{path} imports text(): the audit can't see textual SQL"
    for call in calls(source):
        name = ast.unparse(call.func)
        if name in ("sqlalchemy.text", "sa.text", "sqlmodel.text", "sqlalchemy.literal_column"):
            yield f"{path}:{call.lineno} calls {name}(): the audit can't see textual SQL"
        if name.endswith(".exec_driver_sql") and path != "rr/db.py":
            yield f"{path}:{call.lineno} calls {name}(): the audit can't see textual SQL"


TAG = re.compile(
    r"(?<!\?P)</?[a-zA-Z][a-zA-Z0-9]*(\s[^<]*)?/?>|(?<!\?P)<[a-zA-Z][a-zA-Z0-9]*\s+[a-zA-Z-]+="
)  # ?P<name> is a group of a pattern


def html_from_strings(path: str, source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        pieces: list[ast.expr] = []
        if isinstance(node, ast.JoinedStr):
            # what is put in stands for a word, so that a tag around it is still seen as one
            whole = "".join(str(piece.value) if isinstance(piece, ast.Constant) else "x" for piece in node.values)
            if len(node.values) > 1 and TAG.search(whole):
                yield f"{path}:{node.lineno} makes HTML from a string: use a template, which escapes"
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            pieces = [node.left, node.right]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            pieces = [node.func.value]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Markup":
            yield f"{path}:{node.lineno} marks a string as safe HTML"
        elif isinstance(node, ast.keyword) and node.arg == "unsafe_allow_html":
            yield f"{path}:{node.value.lineno} allows HTML in what it draws"
        if any(isinstance(p, ast.Constant) and isinstance(p.value, str) and TAG.search(p.value) for p in pieces):
            yield f"{path}:{getattr(node, 'lineno', 0)} makes HTML from a string: use a template, which escapes"


WRITES = {"db.add", "db.add_all", "db.delete", "db.flush"}


def writes(path: str, source: str) -> Iterator[str]:
    if kind(path, source) not in ("queries", "history", "states"):
        return
    for call in calls(source):
        if ast.unparse(call.func) in WRITES:
            yield f"{path}:{call.lineno} calls {ast.unparse(call.func)}(): only commands write"


# Pages


def entered(path: str, source: str) -> Iterator[str]:
    if kind(path) != "page":
        return
    stem = Path(path).stem
    needs = [
        call
        for call in calls(source)
        if isinstance(call.func, ast.Name)
        and call.func.id == "enter"
        and len(call.args) == 2
        and ast.unparse(call.args[1]).startswith("Can.")
    ]
    if not needs:
        yield f"{path} doesn't call enter(..., Can....)"
    elif [ast.unparse(call.args[0]) for call in needs] != [repr(stem)]:
        yield f"{path} enters as {ast.unparse(needs[0].args[0])}; its name is {stem!r}"
    if not ast.get_docstring(ast.parse(source)):
        yield f"{path} has no line at the top that says who uses it and for what"


def disabled(path: str, source: str) -> Iterator[str]:
    """A button that can't be pressed says nothing: leave it out and say why in its place, or let it lead to what is needed first."""
    if kind(path) in ("page", "ui"):
        for call in calls(source):
            yield from (f"{path}:{call.lineno} draws something disabled" for word in call.keywords if word.arg == "disabled")


# Commands

CHECKS = {"demand", "demand_for", "reach"}


def checked(function: ast.FunctionDef, functions: dict[str, ast.FunctionDef], others: set[str], seen: frozenset[str] = frozenset()) -> bool:
    """Whether a function comes to an access check: in its own body, in a function of its file, or in another package's command."""
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func).split(".")[-1]
        if name in CHECKS or name.startswith("access_"):
            return True
        handed_on = any(word.arg == "actor" for word in call.keywords)
        if handed_on and ast.unparse(call.func).split(".")[0] in others:
            return True
        if name in functions and name not in seen | {function.name} and isinstance(call.func, ast.Name):
            passes = handed_on or any(ast.unparse(given) == "actor" for given in call.args)
            if passes and checked(functions[name], functions, others, seen | {function.name}):
                return True
    return False


def commands(path: str, source: str) -> Iterator[str]:
    if kind(path) != "commands":
        return
    tree = ast.parse(source)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    others = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if part(f"{node.module}.{name.name}") == "commands"
    }
    for name, function in functions.items():
        full = f"{path.removesuffix('.py').replace('/', '.')}.{name}"
        if name.startswith("_") or full in NO_COMMANDS:
            continue
        where = f"{path}:{function.lineno} {name}()"
        keywords = {argument.arg for argument in function.args.kwonlyargs}
        for needed in ("actor", "now"):
            if needed not in keywords:
                yield f"{where} doesn't take {needed} as a keyword"
        if function.returns is None:
            yield f"{where} doesn't say what it returns"
        if not ast.get_docstring(function):
            yield f"{where} has no docstring: what does it change and refuse?"
        if full not in OPEN_COMMANDS and not checked(function, functions, others):
            yield f"{where} never checks that the actor may do it"


def unnamed(path: str, source: str) -> Iterator[str]:
    """Commands that the audit would have no words for. Bookkeeping leaves no trace in it."""
    if kind(path) != "commands":
        return
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_") or node.name in GESTURES:
            continue
        is_quiet = any(ast.unparse(decorator) == "quiet" for decorator in node.decorator_list)
        writes_down = any(ast.unparse(call.func).endswith("note_event") for call in calls(ast.unparse(node)))
        if (not is_quiet or writes_down) and f"{path.removesuffix('.py').replace('/', '.')}.{node.name}" not in NO_COMMANDS:
            yield f"{path}:{node.lineno} {node.name}() has no past tense in rr/audit_trail/gestures.py"


CHECKERS: list[Checker] = [
    third_parties,
    layers,
    leaves,
    downstream,
    clock_reads,
    commits,
    environment,
    textual_sql,
    html_from_strings,
    writes,
    entered,
    disabled,
    commands,
    unnamed,
]


@pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: checker.__name__)
def test_the_code_keeps_the_rule(checker: Checker) -> None:
    wrong = [problem for path, source in sources().items() for problem in checker(path, source)]

    assert not wrong, "\n" + "\n".join(wrong)


GOOD_COMMAND = '''
def decide(db: Session, row: int, *, actor: Actor, now: datetime) -> int:
    """Decide."""
    reach(db, Row, row, actor, Can.TRIAGE)
    return row
'''


@pytest.mark.parametrize(
    ("checker", "path", "source"),
    [
        (third_parties, "rr/plans/rules.py", "import streamlit as st"),
        (third_parties, "rr/ui/kit/page.py", "from starlette.requests import Request"),
        (third_parties, "rr/intake/queries.py", "import pandas as pd"),
        (third_parties, "rr/progress/report.py", "from docx import Document"),
        (disabled, "pages/plan.py", "st.button('Save', disabled=True)"),
        (layers, "rr/intake/queries.py", "from rr.intake import commands"),
        (layers, "rr/intake/queries.py", "from rr.plans.commands import agree"),
        (layers, "rr/intake/rules.py", "from sqlmodel import Field"),
        (layers, "rr/intake/rules.py", "from rr import db"),
        (layers, "rr/sessions/capture/parser.py", "from rr.sessions.models import Capture"),
        (layers, "rr/intake/commands.py", "from rr.ui.kit.act import act"),
        (layers, "rr/access.py", "import rr.web.guard"),
        (layers, "rr/web/signup.py", "from rr.ui.kit import markdown"),
        (layers, "rr/sessions/lists.py", "from rr.db import Session\nfrom rr.sessions.capture import commands"),
        (layers, "rr/sessions/rules.py", "from rr.sessions.lists import Filters"),
        (layers, "rr/copies/restore.py", "from rr.ui.kit import markdown"),
        (layers, "pages/plan.py", "from sqlalchemy import select"),
        (layers, "pages/plan.py", "from rr import db"),
        (layers, "rr/plans/models.py", "from . import rules"),
        (leaves, "rr/clock.py", "from rr.config import settings"),
        (leaves, "rr/days.py", "from rr import clock"),
        (leaves, "rr/days.py", "from rr.base import clean"),
        (leaves, "rr/drafts.py", "from rr.access import Actor"),
        (layers, "rr/plans/drafts.py", "from rr.plans.models import Action"),
        (layers, "rr/plans/drafts.py", "from rr import db"),
        (layers, "rr/plans/drafts.py", "from sqlmodel import Field"),
        (downstream, "rr/plans/commands.py", "from rr.sessions import commands as sessions"),
        (downstream, "rr/plans/commands.py", "from rr.sessions.capture import commands"),
        (downstream, "rr/toolkit/commands.py", "from rr.plans.commands import agree"),
        (clock_reads, "rr/plans/queries.py", "from datetime import date\ntoday = date.today()"),
        (clock_reads, "pages/plan.py", "import datetime\nat = datetime.datetime.now(datetime.UTC)"),
        (clock_reads, "rr/web/guard.py", "import time\nat = time.time()"),
        (clock_reads, "rr/web/guard.py", "from time import time"),
        (clock_reads, "rr/intake/commands.py", "from rr import clock\nday = clock.today()"),
        (commits, "rr/intake/commands.py", "db.commit()"),
        (commits, "rr/gesture.py", "with session.begin():\n    pass"),
        (commits, "rr/intake/commands.py", "db.begin_nested()"),
        (environment, "rr/web/guard.py", "import os\nos.environ['RR_DEMO']"),
        (environment, "rr/web/guard.py", "import os\nos.getenv('RR_DEMO')"),
        (environment, "rr/web/guard.py", "from os import environ"),
        (textual_sql, "rr/intake/queries.py", "from sqlalchemy import select, text"),
        (textual_sql, "rr/intake/queries.py", "import sqlalchemy as sa\nsa.text('delete from plan')"),
        (textual_sql, "rr/web/health.py", "connection.exec_driver_sql('select 1')"),
        (html_from_strings, "rr/web/signup.py", "f'<p>{name}</p>'"),
        (html_from_strings, "rr/web/signup.py", "f'<a href={address}>'"),
        (html_from_strings, "rr/web/signup.py", "f'<{tag}>'"),
        (html_from_strings, "rr/web/signup.py", "'<b>' + name + '</b>'"),
        (html_from_strings, "rr/web/signup.py", "'<b>%s</b>' % name"),
        (html_from_strings, "rr/web/signup.py", "'<b>{}</b>'.format(name)"),
        (html_from_strings, "rr/web/signup.py", "markupsafe.Markup(name)"),
        (html_from_strings, "pages/plan.py", "st.markdown(name, unsafe_allow_html=True)"),
        (writes, "rr/plans/lists.py", "from rr.db import Session\ndb.add(row)"),
        (entered, "pages/plan.py", '"""Plan."""\nst.title("Plan")'),
        (entered, "pages/plan.py", '"""Plan."""\npage = enter("plan")'),
        (entered, "pages/plan.py", '"""Plan."""\npage = enter("plans", Can.READ_PLANS)'),
        (entered, "pages/plan.py", 'page = enter("plan", Can.READ_PLANS)'),
        (commands, "rr/intake/commands.py", GOOD_COMMAND.replace("*, actor: Actor, ", "actor: Actor, *, ")),
        (commands, "rr/intake/commands.py", GOOD_COMMAND.replace(", now: datetime", "")),
        (commands, "rr/intake/commands.py", GOOD_COMMAND.replace(" -> int", "")),
        (commands, "rr/intake/commands.py", GOOD_COMMAND.replace('"""Decide."""', "pass")),
        (commands, "rr/intake/commands.py", GOOD_COMMAND.replace("reach(db, Row, row, actor, Can.TRIAGE)", "db.get(Row, row)")),
        (commands, "rr/intake/commands.py", GOOD_COMMAND.replace("reach(", "_find(") + "\ndef _find(*given):\n    return given"),
        (commands, "rr/sessions/capture/commands.py", GOOD_COMMAND.replace("reach(db, Row, row, actor, Can.TRIAGE)", "db.get(Row, row)")),
        (unnamed, "rr/plans/commands.py", "def juggle(db): ..."),
        (unnamed, "rr/plans/actions/commands.py", "def juggle(db): ..."),
        (unnamed, "rr/accounts/commands.py", "@quiet\ndef juggle(db):\n    note_event(db)"),
    ],
)
def test_the_rule_catches_what_it_is_for(checker: Checker, path: str, source: str) -> None:
    assert list(checker(path, source))


@pytest.mark.parametrize(
    ("checker", "path", "source"),
    [
        (third_parties, "rr/ui/kit/charts.py", "import altair as alt\nimport streamlit as st"),
        (third_parties, "rr/intake/imports/entries.py", "import pandas as pd"),
        (layers, "rr/intake/commands.py", "from rr.intake import queries\nfrom rr.plans.models import ActionPlan"),
        (layers, "rr/intake/queries.py", "from sqlmodel import col\nfrom rr.partnerships.queries import names"),
        (layers, "pages/plan.py", "from rr.plans import commands, queries\nfrom rr.ui.kit.page import enter"),
        (leaves, "rr/base.py", "from rr.errors import Invalid"),
        (leaves, "rr/drafts.py", "from rr.base import clean\nfrom rr.errors import Invalid"),
        (layers, "rr/plans/drafts.py", "from rr.drafts import BaseDraft\nfrom rr.plans.rules import ActionStatus"),
        (layers, "rr/copies/restore.py", "from rr import db, migrations"),
        (downstream, "rr/intake/commands.py", "from rr.sessions import commands as sessions"),
        (clock_reads, "rr/gesture.py", "from rr import clock\nat = clock.now()"),
        (clock_reads, "rr/web/guard.py", "import time\nat = time.monotonic()"),
        (html_from_strings, "rr/ui/kit/markdown.py", "f'{waiting} < {limit} and > {least}'"),
        (html_from_strings, "rr/web/mail.py", "f'{name} <{address}@example.org>'"),
        (entered, "pages/plan.py", '"""Plan."""\npage = enter("plan", Can.READ_PLANS)'),
        (commands, "rr/intake/commands.py", GOOD_COMMAND),
        (unnamed, "rr/plans/commands.py", "def agree(db): ...\ndef _juggle(db): ...\n@quiet\ndef keep(db): ..."),
        (commands, "rr/intake/commands.py", GOOD_COMMAND.replace("reach(", "_find(") + "\ndef _find(*a):\n    return reach(*a)"),
        (
            commands,
            "rr/intake/commands.py",
            "from rr.plans import commands as plans\n"
            + GOOD_COMMAND.replace("reach(db, Row, row, actor, ", "plans.agree(db, actor=actor, x="),
        ),
    ],
)
def test_the_rule_leaves_alone_what_is_right(checker: Checker, path: str, source: str) -> None:
    assert list(checker(path, source)) == []


def test_what_is_excepted_is_still_there() -> None:
    found = sources()
    functions = {
        f"{path.removesuffix('.py').replace('/', '.')}.{node.name}"
        for path, source in found.items()
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }

    assert not {*OPEN_COMMANDS, *NO_COMMANDS} - functions
    assert {*GESTURES} - {full.rpartition(".")[2] for full in functions} == set()
    assert all("begin_nested" in found[path] for path in SAVEPOINTS)


# The packages


def both_ways(found: dict[str, str]) -> list[str]:
    """The pairs of packages that import each other, models, states and rules aside."""
    arrows = {
        (path.split("/")[1], name.split(".")[1])
        for path, source in found.items()
        if path.startswith(tuple(f"rr/{package}/" for package in PACKAGES))
        for name in imports(source)
        if part(name) not in ("", "models", "states", "rules")
    }
    return sorted(f"{one} and {other}" for one, other in arrows if one < other and (other, one) in arrows)


def test_packages_do_not_import_each_other_both_ways() -> None:
    assert both_ways(sources()) == []


def test_packages_that_import_each_other_are_found() -> None:
    found = {"rr/plans/queries.py": "from rr.needs.queries import kinds", "rr/needs/queries.py": "from rr.plans.queries import detail"}

    assert both_ways(found) == ["needs and plans"]
    assert both_ways(found | {"rr/needs/queries.py": "from rr.plans.models import Action"}) == []


# What every page has


def page_stems() -> list[str]:
    return sorted(page.stem for page in (ROOT / "pages").glob("*.py"))


def without_row(stems: Iterable[str], readme: str) -> list[str]:
    """The pages that no row of a table in the README names in code style."""
    rows = [line for line in readme.splitlines() if line.lstrip().startswith("|")]
    return [stem for stem in stems if not any(re.search(rf"`/?{stem}`", row) for row in rows)]


def test_every_page_has_a_file_of_tests() -> None:
    assert [stem for stem in page_stems() if not (ROOT / f"tests/pages/test_{stem}.py").exists()] == []


def test_every_page_has_a_row_in_the_readme() -> None:
    assert without_row(page_stems(), readme()) == []


def test_a_page_that_is_only_mentioned_has_no_row() -> None:
    assert without_row(["plan", "plans"], "| `plans` | all plans |\nThe page `plan` is nice.") == ["plan"]


def test_the_menu_and_the_pages_agree_on_what_is_needed() -> None:
    from rr.ui.kit.navigation import PAGES

    needed = {
        Path(path).stem: ast.unparse(call.args[1])
        for path, source in sources().items()
        if kind(path) == "page"
        for call in calls(source)
        if ast.unparse(call.func) == "enter" and len(call.args) == 2
    }

    assert needed == {stem: f"Can.{place.need.name}" for stem, place in PAGES.items()}


# What the README tells


def readme() -> str:
    file = ROOT / "README.md"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def targets(makefile: str) -> list[str]:
    return [name for name in re.findall(r"^([a-z-]+):", makefile, re.MULTILINE) if name != "help"]


def spoken(command: Any, before: str = "python -m rr") -> Iterator[str]:
    """Every command as it is typed."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield before
        return
    for name, one in inner.items():
        yield from spoken(one, f"{before} {name}")


def test_the_readme_names_every_make_target() -> None:
    wanted = targets((ROOT / "Makefile").read_text(encoding="utf-8"))

    assert {"run", "test", "check"} <= set(wanted)
    assert [name for name in wanted if f"make {name}" not in readme()] == []


def test_the_readme_names_every_command() -> None:
    from rr.__main__ import app

    wanted = list(spoken(typer.main.get_command(app)))

    assert {"python -m rr migrate", "python -m rr account add"} <= set(wanted)
    assert [command for command in wanted if command not in readme()] == []


# What is installed


def pins(*names: str) -> dict[str, str]:
    """Package and version, by the name as registries compare it."""
    lines = [line.split("#")[0].strip() for name in names for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
    return {re.sub(r"[-_.]+", "-", re.sub(r"\[.*?\]", "", line).split("==")[0]).lower(): line.partition("==")[2] for line in lines if line}


def test_every_requirement_is_pinned_as_the_lock_has_it() -> None:
    wanted, locked = pins("requirements.txt", "requirements-dev.txt"), pins("requirements.lock")

    assert {name: locked.get(name) for name in wanted} == wanted
    assert all(re.fullmatch(r"[0-9][0-9a-z.]*", version) for version in [*wanted.values(), *locked.values()])


def test_the_lists_name_no_machine_and_no_address() -> None:
    lists = [(ROOT / name).read_text(encoding="utf-8") for name in ("requirements.txt", "requirements-dev.txt", "requirements.lock")]

    assert not [line for text in lists for line in text.splitlines() if re.search(r"://|^-|@|^/", line)]


def test_templates_escape_what_they_are_given() -> None:
    templates = [
        file for file in (ROOT / "rr/web").rglob("*.html") if re.search(r"\|\s*safe\b|autoescape\s+false", file.read_text(encoding="utf-8"))
    ]

    assert templates == []
