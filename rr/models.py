"""Every table, so that the registry knows them all."""

from rr import audit, name_words
from rr.accounts import models as accounts
from rr.base import REGISTRY
from rr.intake import models as intake
from rr.needs import models as needs
from rr.partnerships import models as partnerships
from rr.plans import models as plans
from rr.sessions import models as sessions
from rr.toolkit import models as toolkit
from rr.unsaved import models as unsaved

MODULES = (accounts, audit, intake, name_words, needs, partnerships, plans, sessions, toolkit, unsaved)
METADATA = REGISTRY.metadata
