"""What an administrator sends to add an account."""

from rr import contact_details
from rr.accounts.rules import Role
from rr.base import LINE, SHORT
from rr.drafts import BaseDraft, field


class AccountDraft(BaseDraft):
    name: str = field("Name", SHORT, missing="Enter the person's name.")
    email: str = field(
        "E-mail",
        LINE,
        missing="Enter the person's e-mail address.",
        wrong="Enter an e-mail address, like name@example.org.",
        cleaner=contact_details.one_email,
    )
    role: Role = field("Role", default=Role.SUPPORT)
