"""What people send about support that they need."""

from rr.base import LONG, SHORT
from rr.drafts import BaseDraft, field


class NeedDraft(BaseDraft):
    """What is asked for, in somebody's own words."""

    words: str = field("Support needed", LONG, missing="Say in a few words what support is needed.")


class NeedKindDraft(BaseDraft):
    """The type of support that it is, by its code."""

    kind: str = field("Type of support", SHORT, missing="Choose a type of support.")
