"""The server: the Streamlit app, our own pages beside it, and the guard in front of both."""

import streamlit as st
from starlette.middleware import Middleware

from rr.ui.kit.faults import tell
from rr.ui.kit.navigation import TITLES
from rr.web import start_page
from rr.web.guard import Guard
from rr.web.lifespan import lifespan
from rr.web.routes import ROUTES

app = st.App(
    "rr/ui/shell.py",
    routes=[*ROUTES, *start_page.routes(TITLES)],
    middleware=[Middleware(Guard)],
    lifespan=lifespan(lambda: st.get_option("server.address")),
    on_script_error=tell,
)
