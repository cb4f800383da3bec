"""The sign-up's draft: one reading of an answer for every way in, and a field that is named in few files."""

from pathlib import Path

import pytest

from rr.errors import Invalid
from rr.intake.drafts import CallDraft, SignUpDraft
from rr.intake.rules import Format, PartnershipKnows
from rr.partnerships.rules import ContactRole

ROOT = Path(__file__).parents[2]
ELSEWHERE = ("rr/migrations/", "rr/synthetic/", "rr/demo")  # what was, and what is made up, isn't what a new field has to touch
ENOUGH = {"area_text": "Heath", "name": "Jo Ward", "email": "jo@example.org", "words": "Help us", "consent_contact": "yes"}


def naming(field: str) -> list[str]:
    """The source files that name a field. Tests and data don't count, nor what is ELSEWHERE."""
    files = [file for folder in ("rr", "pages") for kind in ("*.py", "*.html", "*.js") for file in (ROOT / folder).rglob(kind)]
    paths = sorted(file.relative_to(ROOT).as_posix() for file in files if field in file.read_text(encoding="utf-8"))
    return [path for path in paths if not path.startswith(ELSEWHERE)]


def test_a_sign_up_field_is_named_in_at_most_five_source_files():
    found = naming("prompted_by")

    assert {"rr/intake/drafts.py", "rr/intake/models.py"} <= set(found)
    assert len(found) <= 5, found


@pytest.mark.parametrize(
    ("written", "kept", "remark"),
    [
        ({"people": "about twelve"}, {"people": 12, "people_text": "about twelve"}, "Participants: “about twelve” is counted as 12."),
        (
            {"people": "lots"},
            {"people": None, "people_text": "lots"},
            "Participants: “lots” isn't a number that can be counted with, so it is kept as words.",
        ),
        ({"people": 12}, {"people": 12, "people_text": ""}, ""),
        ({"people": 0}, {"people": 0, "people_text": ""}, ""),
        ({"people": "12", "people_text": "a dozen"}, {"people": 12, "people_text": "a dozen"}, ""),
        ({"role": "Chair"}, {"role": ContactRole.CHAIR, "role_text": "Chair"}, ""),
        ({"role": "chair", "role_text": ""}, {"role": ContactRole.CHAIR, "role_text": ""}, ""),
        ({"format": "in_person"}, {"format": Format.IN_PERSON}, ""),
        ({"format": "Zoom"}, {"format": Format.ONLINE}, ""),
        ({"partnership_knows": PartnershipKnows.NOT_YET}, {"partnership_knows": PartnershipKnows.NOT_YET}, ""),
        ({"phone": "07700 900123"}, {"phone": "+447700900123", "phone_text": "07700 900123"}, ""),
        ({"name": " Jo \n Ward "}, {"name": "Jo Ward"}, ""),
        ({"avoid": "Mondays\r\nFridays"}, {"avoid": "Mondays\nFridays"}, ""),
        ({"consent_share": "You may share what I wrote with a support partner"}, {"consent_share": True}, ""),
    ],
)
def test_an_answer_is_understood_the_same_whoever_sends_it(written, kept, remark):
    asked, asked_remarks = SignUpDraft.understand(ENOUGH | written)
    row, row_remarks = SignUpDraft.keep(ENOUGH | written)

    assert asked == row
    assert {name: getattr(asked, name) for name in kept} == kept
    assert asked_remarks == row_remarks == ((remark,) if remark else ())


@pytest.mark.parametrize(
    ("written", "error", "remark"),
    [
        (
            {"email": "jo@"},
            {"email": "Enter a full e-mail address, like name@example.org."},
            "E-mail: What was written isn't a complete e-mail address.",
        ),
        ({"name": ""}, {"name": "Enter your name."}, ""),
        ({"email": "\u200b"}, {"email": "Enter an e-mail address or a phone number, so that we can reach you."}, ""),
        (
            {"name": "x" * 201},
            {"name": "Make this shorter: 200 characters at most, and it has 201."},
            "Name: Longer than 200 characters, so cut here. The file has the rest.",
        ),
        (
            {"consent_contact": ""},
            {"consent_contact": "Tick this box, so that we may get in touch with you."},
            "Consent to be contacted: It isn't given. Reply to what they asked, and ask before anything else.",
        ),
    ],
)
def test_what_a_person_is_asked_to_put_right_is_kept_and_remarked_where_nobody_can_be_asked(written, error, remark):
    with pytest.raises(Invalid) as refusal:
        SignUpDraft.understand(ENOUGH | written)

    assert refusal.value.errors == error
    assert SignUpDraft.keep(ENOUGH | written, "The file has the rest.")[1] == ((remark,) if remark else ())


def test_a_call_answers_the_questions_that_were_asked_on_the_phone():
    call = CallDraft(area_text="Heath", caller="Nia Larkin (nia@example.org)", words="A day to think")

    assert call.answers() == {
        "area_text": "Heath",
        "name": "Nia Larkin",
        "words": "A day to think",
        "consent_contact": False,
        "email": "nia@example.org",
    }


def test_a_call_says_everything_that_is_missing_at_once():
    with pytest.raises(Invalid) as refusal:
        CallDraft(caller="Nia Larkin")

    assert refusal.value.errors == {
        "area_text": "Enter the area, as they call it.",
        "caller": "Enter a full phone number or e-mail address too, so that we can get back to them.",
        "words": "Enter what they said. One line is enough.",
    }
