"""Setting a password with a one-time link, and changing one's own. Plain pages, which browsers' password keepers understand."""

from functools import partial

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rr import clock, db
from rr.access import Actor
from rr.accounts import commands, queries
from rr.accounts.passwords import check, choose, verify
from rr.accounts.throttle.commands import count_try, forgive_try
from rr.accounts.throttle.rules import own_password_limits
from rr.errors import Invalid, NotFound, Refused
from rr.gesture import perform
from rr.web import turns
from rr.web.forms import TOO_OLD, Posted, form_page, is_ours, posted
from rr.web.guard import HEADER
from rr.web.render import message
from rr.web.signin import PAGE

DIFFERENT = {"again": "Type the same password twice. These two are different."}
NO_LINK = "This link has been used, or is too old", "Ask an administrator for a new one."


async def one_time_link(request: Request) -> Response:
    """GET shows the form of a one-time link, POST sets the password and uses the link up."""
    secret = request.path_params["token"]
    whose = await to_thread.run_sync(_whose_link, secret)
    if whose is None:
        return message(*NO_LINK, status=404)
    if request.method != "POST":
        return _link_form(request, whose.email)
    form = await posted(request)
    if not is_ours(request, form):
        return _link_form(request, whose.email, TOO_OLD, 403)
    if "again" in form and form["again"] != form["password"]:
        return _link_form(request, whose.email, DIFFERENT, 400)
    try:
        check(form["password"], email=whose.email, name=whose.name)
        password = await turns.passwords.run(partial(choose, form["password"], email=whose.email, name=whose.name))
    except Invalid as refusal:
        return _link_form(request, whose.email, refusal.errors, 400)
    await to_thread.run_sync(partial(perform, commands.set_password, secret, password, actor=PAGE))
    return RedirectResponse("/signin?done=password", 303)


async def own_password(request: Request) -> Response:
    """GET shows the form for one's own password, POST changes it. Every other browser of the account is signed out."""
    mark = request.headers[HEADER.decode()]
    if request.method != "POST":
        return await _own_form(request, mark)
    form = await posted(request)
    if not is_ours(request, form):
        return await _own_form(request, mark, TOO_OLD, 403)
    try:
        await turns.passwords.run(partial(_change, mark, form))
    except (turns.Busy, NotFound):
        raise
    except Invalid as refusal:
        return await _own_form(request, mark, refusal.errors, 400)
    except Refused as refusal:
        return await _own_form(request, mark, {"": f"{refusal.headline}. {refusal.way_forward}"}, 429)
    return RedirectResponse("/account?account_done=password", 303)


def _change(mark: str, form: Posted) -> None:
    """Change the password: what is typed is checked, the present one verified and the new one hashed before the transaction."""
    with db.reading() as session:
        actor, mine = _own(session, mark)
    errors = {} if form["present"] else {"present": "Enter your present password."}
    try:
        check(form["password"], email=mine.email, name=mine.name)
    except Invalid as refusal:
        errors |= refusal.errors
    if not errors and form["again"] != form["password"]:
        errors = DIFFERENT
    if errors:
        raise Invalid(errors)
    limits = own_password_limits(mine.account_id or 0)
    perform(count_try, limits, actor=actor)
    verified = verify(form["present"], mine.stored)
    if verified is None:
        raise Invalid({"present": "That isn’t your present password. Type it as you do to sign in."})
    perform(forgive_try, limits, actor=actor)
    new = choose(form["password"], email=mine.email, name=mine.name)
    perform(commands.change_password, new, verified=verified, mark=mark, actor=actor)


def _whose_link(secret: str) -> queries.Credentials | None:
    with db.reading() as session:
        return queries.who_has_link(session, secret, clock.now())


def _own(session: db.Session, mark: str) -> tuple[Actor, queries.Credentials]:
    actor = queries.whose(session, mark, clock.now())
    if actor is None:
        raise NotFound("You are signed out", "Sign in again.")
    return actor, queries.own_credentials(session, actor=actor)


def _own_email(mark: str) -> str:
    with db.reading() as session:
        return _own(session, mark)[1].email


def _link_form(request: Request, email: str, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return form_page(request, "password.html", status=status, email=email, errors=errors or {})


async def _own_form(request: Request, mark: str, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    email = await to_thread.run_sync(_own_email, mark)
    return form_page(request, "own_password.html", status=status, email=email, errors=errors or {})
