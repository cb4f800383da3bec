"""Signing in and out, and staying signed in."""

from functools import partial
from urllib.parse import quote, urlsplit

from anyio import sleep, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from rr import clock, db
from rr.access import Actor, Who
from rr.accounts import commands, queries
from rr.accounts.passwords import verify
from rr.accounts.rules import SIGN_IN_LASTS, Role, digest
from rr.accounts.throttle.commands import TOO_MANY, count_try
from rr.accounts.throttle.queries import is_reached
from rr.accounts.throttle.rules import Limit, sign_in_limits
from rr.base import LINE
from rr.config import settings
from rr.errors import NotFound, Refused, SignedOut
from rr.gesture import perform
from rr.sessions import queries as sessions
from rr.web import turns
from rr.web.cookies import carried, forget, keep
from rr.web.forms import TOO_OLD, form_page, is_foreign, is_ours, known_browser, local, make_known, posted, sender
from rr.web.guard import COOKIE, HEADER, mark_of
from rr.web.render import not_found
from rr.web.turns import look_ups

PAGE = Actor(Who.PUBLIC, "the sign-in page")
WRONG = {"email": "Check the e-mail address and the password: together they don't fit any account."}
LONGEST_ID = 10  # digits
NEWS = {"password": "Your password is set. Sign in with it now.", "out": "You are signed out."}
DEMO = (
    (Role.SUPPORT, "Triage sign-ups and book sessions"),
    (Role.FACILITATOR, "Run a session, follow up a plan"),
    (Role.MANAGER, "See progress and what is stuck"),
    (Role.ADMIN, "Look after accounts"),
)


async def sign_in(request: Request) -> Response:
    """GET shows the form, or goes straight on for whoever is signed in. POST signs in."""
    if request.method != "POST":
        wanted = local(request.query_params.get("next", ""))
        if await mark_of(request.scope):
            return _onward(wanted)
        return _form(request, wanted, news=NEWS.get(request.query_params.get("done", ""), ""))
    form = await posted(request)
    wanted, email = local(form["next"]), form["email"].strip()
    if not is_ours(request, form):
        return _form(request, wanted, email=email, errors=TOO_OLD, status=403)
    errors = {}
    if not email:
        errors["email"] = "Enter your e-mail address."
    if not form["password"]:
        errors["password"] = "Enter your password."  # noqa: S105 (a sentence)
    if errors:
        return _form(request, wanted, email=email, errors=errors, status=400)
    return await _try(request, wanted, email, form["password"])


async def _try(request: Request, wanted: str, email: str, password: str) -> Response:
    account = email.lower()[:LINE]
    limits = sign_in_limits(account, sender(request), known_browser(request, account))
    try:
        secret = await turns.passwords.run(partial(attempt, account, password, limits, **_browser(request)))
    except turns.Busy as refusal:
        await sleep(turns.PAUSE)
        answer = _form(request, wanted, email=email, errors={"": f"{refusal.headline}. {refusal.way_forward}"}, status=503)
        answer.headers["Retry-After"] = str(turns.TRY_AGAIN)
        return answer
    except Refused as refusal:
        await sleep(turns.PAUSE)
        return _form(request, wanted, email=email, errors={"": f"{refusal.headline}. {refusal.way_forward}"}, status=429)
    if secret is None:
        return _form(request, wanted, email=email, errors=WRONG, status=400)
    answer = _welcome(wanted, secret)
    if not known_browser(request, account):
        make_known(answer, account)
    return answer


def attempt(email: str, password: str, limits: tuple[Limit, ...], *, carried: str = "", user_agent: str = "") -> str | None:
    """Try to sign somebody in: the token, or None if the address or the password is wrong. Refuses too many tries.

    The try is counted before the password is looked at, so that many at once can't pass the limit together, and the hash is made between
    two transactions. An address that nobody has costs the same as one that somebody has.
    """
    with db.reading() as session:
        credentials = queries.who_signs_in(session, email)
        if is_reached(session, limits, clock.now()):
            raise Refused(*TOO_MANY)
    perform(count_try, limits, actor=PAGE)
    verified = verify(password, credentials.stored)
    if verified is None:
        perform(commands.note_failure, credentials.account_id, actor=PAGE)
        return None
    return perform(commands.sign_in, email=email, verified=verified, limits=limits, carried=carried, user_agent=user_agent, actor=PAGE)


async def sign_in_demo(request: Request) -> Response:
    """POST signs in as the demo account of a role. Not there unless RR_DEMO=1."""
    if not settings().demo:
        return not_found()
    form = await posted(request)
    wanted, roles = local(form["next"]), {role.value: role for role in Role}
    if is_foreign(request) or form["role"] not in roles:
        return _form(request, wanted, errors={"": "Choose one of the four roles."}, status=400)
    check = partial(perform, commands.sign_in_demo, actor=PAGE, role=roles[form["role"]], **_browser(request))
    try:
        return _welcome(wanted, await to_thread.run_sync(check))
    except NotFound as missing:
        return _form(request, wanted, errors={"": f"{missing.headline}. {missing.way_forward}"}, status=404)


async def sign_out(request: Request) -> Response:
    """GET asks, POST ends the sign-in, at once and for every tab."""
    if request.method != "POST":
        return form_page(request, "sign_out.html")
    if not is_ours(request, await posted(request)):
        return form_page(request, "sign_out.html", status=403)
    if secret := carried(request, COOKIE):
        await to_thread.run_sync(partial(perform, commands.sign_out, digest(secret), actor=PAGE))
    answer = RedirectResponse("/signin?done=out", 303)
    forget(answer, COOKIE)
    return answer


async def left(request: Request) -> Response:
    """GET /auth/logout, where Streamlit sends a browser after `st.logout()`. Changes nothing: shows the way in and back."""
    came = urlsplit(request.headers.get("referer", ""))
    there = came.path + (f"?{came.query}" if came.query else "") if came.netloc == request.headers.get("host") else "/"
    return RedirectResponse(f"/signin?next={quote(local(there), safe='')}", 303, {"Cache-Control": "no-store"})


async def stay(request: Request) -> Response:
    """POST from an open page: how many seconds its sign-in holds, and whether a click would put the end off.

    With `active`, its person clicked or typed, which puts it off. So does the page of a session that is running, `session`, by itself.
    """
    mark, form = request.headers[HEADER.decode()], await posted(request)
    if is_foreign(request):
        return PlainTextResponse("Not from another site.", 403)
    left = await to_thread.run_sync(_stay, mark, bool(form["active"]), form["session"], limiter=look_ups)
    if left is None:
        return PlainTextResponse("Sign in first.", 401)
    return JSONResponse({"left": int(left.left.total_seconds()), "can_stay": left.can_stay}, headers={"Cache-Control": "no-store"})


def _stay(mark: str, active: bool, session_id: str) -> queries.TimeLeft | None:
    with db.reading() as session:
        actor = queries.whose(session, mark, clock.now())
        if actor is None:
            return None
        running = session_id.isdecimal() and len(session_id) < LONGEST_ID and _is_running(session, int(session_id), actor)
    if active or running:
        try:
            perform(commands.stay, mark, actor=actor)
        except SignedOut:
            return None
    with db.reading() as session:
        return queries.time_left(session, mark, clock.now())


def _is_running(session: db.Session, session_id: int, actor: Actor) -> bool:
    try:
        return sessions.is_running(session, session_id, today=clock.today(), actor=actor)
    except NotFound:
        return False


def _form(
    request: Request, wanted: str, *, email: str = "", news: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    demo = DEMO if settings().demo else ()
    return form_page(request, "sign_in.html", status=status, wanted=wanted, email=email, news=news, errors=errors or {}, demo=demo)


def _browser(request: Request) -> dict[str, str]:
    return {"carried": carried(request, COOKIE), "user_agent": request.headers.get("user-agent", "")}


def _onward(wanted: str) -> Response:
    return RedirectResponse(wanted, 303, {"Cache-Control": "no-store"})


def _welcome(wanted: str, secret: str) -> Response:
    answer = _onward(wanted)
    keep(answer, COOKIE, secret, int(SIGN_IN_LASTS.total_seconds()))
    return answer
