"""What people have typed and not saved yet. (The shapes of what they send are another thing: `drafts.py` of each subject.)"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from rr.base import LINE, QUIET, SHORT, Base, Instant, string

_WORDS: dict[str, Any] = {"sa_type": JSON, "nullable": False, "sa_column_kwargs": {"info": {"personal": True}}}


class Draft(Base, table=True):
    """What one person has typed into one field of a form, until it is saved, discarded or too old. Nobody else sees it.

    `form` names the form and the record that it is about. `typed` is as it stood in the browser: a text, whether a box is ticked, or the
    words of what is chosen. `base` holds the field's value that the form was drawn from, in a list, which is empty for a new record.
    """

    __table_args__ = (UniqueConstraint("account_id", "form", "field"), QUIET)
    id: int = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    form: str = string(LINE, personal=False, description="the form, with the record that it is about")
    field: str = string(SHORT, personal=False)
    typed: Any = Field(**_WORDS, description="as it stands in the browser")
    base: Any = Field(**_WORDS, description="the value that the form was drawn from, in a list")
    at: datetime = Field(sa_type=Instant, index=True, description="when it was last typed")
