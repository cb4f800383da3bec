"""Signing in and out, and setting a password with a one-time link."""

from functools import partial
from urllib.parse import quote, urlsplit

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rr import clock, db
from rr.access import Actor, Who
from rr.accounts import commands, queries
from rr.accounts.rules import SIGN_IN_LASTS, Role, digest
from rr.config import settings
from rr.errors import Invalid, NotFound, Refused
from rr.gesture import perform
from rr.web.forms import form_page, is_foreign, is_ours, keep, local, posted, sender
from rr.web.guard import COOKIE, mark_of
from rr.web.render import message, not_found

PAGE = Actor(Who.PUBLIC, "the sign-in page")
WRONG = {"email": "Check the e-mail address and the password: together they don't fit any account."}
TOO_OLD = {"": "This page was open for too long, or your browser keeps no cookies. Try once more."}
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
    check = partial(perform, commands.sign_in, actor=PAGE, email=email, password=form["password"])
    try:
        secret = await to_thread.run_sync(partial(check, address=sender(request), carried=request.cookies.get(COOKIE, "")))
    except Refused as refusal:
        return _form(request, wanted, email=email, errors={"": f"{refusal.headline}. {refusal.way_forward}"}, status=429)
    if secret is None:
        return _form(request, wanted, email=email, errors=WRONG, status=400)
    return _welcome(wanted, secret)


async def sign_in_demo(request: Request) -> Response:
    """POST signs in as the demo account of a role. Not there unless RR_DEMO=1."""
    if not settings().demo:
        return not_found()
    form = await posted(request)
    wanted, roles = local(form["next"]), {role.value: role for role in Role}
    if is_foreign(request) or form["role"] not in roles:
        return _form(request, wanted, errors={"": "Choose one of the four roles."}, status=400)
    check = partial(perform, commands.sign_in_demo, actor=PAGE, role=roles[form["role"]], carried=request.cookies.get(COOKIE, ""))
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
    if secret := request.cookies.get(COOKIE):
        await to_thread.run_sync(partial(perform, commands.sign_out, digest(secret), actor=PAGE))
    answer = RedirectResponse("/signin?done=out", 303)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=settings().https)
    return answer


async def left(request: Request) -> Response:
    """GET /auth/logout, where Streamlit sends a browser after `st.logout()`. Changes nothing: shows the way in and back."""
    came = urlsplit(request.headers.get("referer", ""))
    there = came.path + (f"?{came.query}" if came.query else "") if came.netloc == request.headers.get("host") else "/"
    return RedirectResponse(f"/signin?next={quote(local(there), safe='')}", 303, {"Cache-Control": "no-store"})


async def password(request: Request) -> Response:
    """GET shows the form of a one-time link, POST sets the password and uses the link up."""
    secret = request.path_params["token"]
    email = await to_thread.run_sync(_email, secret)
    if email is None:
        return message("This link has been used, or is too old", "Ask an administrator for a new one.", status=404)
    if request.method != "POST":
        return _password_form(request, email)
    form = await posted(request)
    if not is_ours(request, form):
        return _password_form(request, email, TOO_OLD, 403)
    if "again" in form and form["again"] != form["password"]:
        return _password_form(request, email, {"again": "Type the same password twice. These two are different."}, 400)
    try:
        await to_thread.run_sync(partial(perform, commands.set_password, secret, form["password"], actor=PAGE))
    except Invalid as refusal:
        return _password_form(request, email, refusal.errors, 400)
    return RedirectResponse("/signin?done=password", 303)


def _email(secret: str) -> str | None:
    with db.reading() as session:
        return queries.link_email(session, secret, clock.now())


def _form(
    request: Request, wanted: str, *, email: str = "", news: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    demo = DEMO if settings().demo else ()
    return form_page(request, "sign_in.html", status=status, wanted=wanted, email=email, news=news, errors=errors or {}, demo=demo)


def _password_form(request: Request, email: str, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return form_page(request, "password.html", status=status, email=email, errors=errors or {})


def _onward(wanted: str) -> Response:
    return RedirectResponse(wanted, 303, {"Cache-Control": "no-store"})


def _welcome(wanted: str, secret: str) -> Response:
    answer = _onward(wanted)
    keep(answer, COOKIE, secret, int(SIGN_IN_LASTS.total_seconds()))
    return answer
