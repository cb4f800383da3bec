"""What a person says when they save the columns of a form."""

from rr.base import LINE
from rr.drafts import BaseDraft, field


class MappingDraft(BaseDraft):
    """What a mapping is called."""

    name: str = field(
        "Remember these columns as",
        LINE,
        hint="For the next file of this form. Leave it empty to use them for this file only.",
        missing="Give these columns a name, such as the form's title.",
    )
