import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from rr import db
from rr.errors import Invalid
from rr.intake.drafts import NO_WAY_TO_REACH, SignUpDraft
from rr.intake.models import SupportRequest
from rr.intake.rules import Format, PartnershipKnows, RequestStatus
from rr.partnerships.rules import ContactRole
from rr.web.forms import Posted
from rr.web.signup import HONEYPOT, answers_in

NO_EMAIL = "Enter a full e-mail address, like name@example.org."
NO_PHONE = "Enter a phone number, like 01632 960001 or 07700 900982."
NO_CONSENT = "Tick this box, so that we may get in touch with you."

ENOUGH = {
    "area_text": "Whitley Bay",
    "name": "Jo Ward",
    "email": "Jo@Example.org",
    "words": "We have an old chapel.\nDo we take it on?",
    "consent_contact": "yes",
}
ALL = ENOUGH | {
    "role": "other",
    "role_text": "Youth worker",
    "phone": "07700 900 982",
    "prompted_by": "Half of us are new.",
    "topics": ["future", "hubs", "future", "forged"],
    "people": "about twelve",
    "newcomers": "lots",
    "format": "in_person",
    "access_needs": "Step-free, please",
    "avoid": "Mondays",
    "partnership_knows": "not_yet",
    "consent_share": "yes",
}


def reading(form: dict) -> SignUpDraft:
    fields = {name: value if isinstance(value, list) else [value] for name, value in form.items()}
    return SignUpDraft.understand(answers_in(Posted(fields), {"future", "hubs"}))[0]


def refused(form: dict) -> dict[str, str]:
    try:
        reading(form)
    except Invalid as refusal:
        return refusal.errors
    return {}


def stored() -> list[tuple[str, str, RequestStatus]]:
    with db.reading() as session:
        rows = session.execute(select(SupportRequest).order_by(col(SupportRequest.id))).scalars().all()
        return [(row.name, row.words, row.status) for row in rows]


def key_in(html: str) -> str:
    return re.findall(r'name="form_key" value="(\w+)"', html)[0]


def drawn(client) -> dict[str, str]:
    """What a fresh form holds: its key, and the field that people don't see."""
    return {"form_key": key_in(client.get("/signup").text), HONEYPOT: ""}


def ref_in(html: str) -> str:
    return re.findall(r"RR-\d{4}", html)[0]


def test_a_form_that_is_filled_in_is_read_into_a_draft() -> None:
    assert reading(ALL) == SignUpDraft(
        area_text="Whitley Bay",
        name="Jo Ward",
        role=ContactRole.OTHER,
        role_text="Youth worker",
        email="jo@example.org",
        phone="+447700900982",
        phone_text="07700 900 982",
        words="We have an old chapel.\nDo we take it on?",
        prompted_by="Half of us are new.",
        topics=("future", "hubs"),
        people=12,
        people_text="about twelve",
        newcomers=None,
        newcomers_text="lots",
        format=Format.IN_PERSON,
        access_needs="Step-free, please",
        avoid="Mondays",
        partnership_knows=PartnershipKnows.NOT_YET,
        consent_contact=True,
        consent_share=True,
    )


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({}, {}),
        ({"email": "", "phone": "0191 498 0000"}, {}),
        ({"area_text": "  "}, {"area_text": "Enter the name of your Big Local area."}),
        ({"name": "\u200b"}, {"name": "Enter your name."}),
        ({"words": ""}, {"words": "Tell us in a few words what support you are looking for."}),
        ({"email": ""}, {"email": NO_WAY_TO_REACH}),
        ({"email": "jo@"}, {"email": NO_EMAIL}),
        ({"phone": "ask at the hub"}, {"phone": NO_PHONE}),
        ({"email": "jo@", "phone": "12"}, {"email": NO_EMAIL, "phone": NO_PHONE}),
        ({"consent_contact": ""}, {"consent_contact": NO_CONSENT}),
        ({"consent_contact": "perhaps"}, {"consent_contact": NO_CONSENT}),
        ({"words": "x" * 5001}, {"words": "Make this shorter: 5,000 characters at most, and it has 5,001."}),
        ({"role": "king", "format": "telepathy", "partnership_knows": "1"}, {}),
    ],
)
def test_each_answer_that_will_not_do_gets_its_sentence(change, errors) -> None:
    assert refused(ENOUGH | change) == errors


def test_an_empty_form_names_its_problems_in_the_order_of_the_fields() -> None:
    assert list(refused({})) == ["area_text", "name", "email", "words", "consent_contact"]


def test_a_role_in_words_counts_only_beside_other() -> None:
    assert reading(ENOUGH | {"role": "chair", "role_text": "Youth worker"}).role_text == ""


def test_the_form_asks_every_question(client) -> None:
    html = client.get("/signup").text
    assert all(f'name="{name}"' in html and said.label in html for name, said in SignUpDraft.questions().items())
    assert '<option value="Whitley Bay">North East</option>' in html
    assert html.count("<option") == 150 + 1 + len(ContactRole)
    assert "Version of 22 November 2026" in html


def test_a_sign_up_is_answered_with_its_reference(client) -> None:
    answer = client.post("/signup", data=drawn(client) | ALL)
    assert answer.status_code == 200
    assert ref_in(answer.text) == "RR-0001"
    assert "What happens next" in answer.text
    assert stored() == [("Jo Ward", "We have an old chapel.\nDo we take it on?", RequestStatus.NEW)]


def test_an_error_stands_at_the_top_and_at_its_field_and_nothing_typed_is_lost(client) -> None:
    form = drawn(client) | ALL | {"email": "jo@", "words": 'A "chapel" & <b>bold</b>', "consent_contact": ""}
    answer = client.post("/signup", data=form)
    html = answer.text
    assert answer.status_code == 400
    assert "<title>Error: Sign up for support" in html
    assert html.count(NO_EMAIL) == html.count(NO_CONSENT) == 2
    assert 'href="#email"' in html
    assert 'href="#consent_contact"' in html
    assert re.search(r'<div class="errors"[^>]* tabindex="-1" autofocus', html)
    assert "novalidate" in html
    for typed in ("Whitley Bay", "Jo Ward", "jo@", "Youth worker", "07700 900 982", "about twelve", "lots"):
        assert f'value="{typed}"' in html
    assert "A &#34;chapel&#34; &amp; &lt;b&gt;bold&lt;/b&gt;</textarea>" in html
    assert re.findall(r'value="(\w+)" (?:checked|selected)', html) == ["other", "future", "hubs", "in_person", "not_yet", "yes"]
    assert key_in(html) == form["form_key"]
    assert stored() == []


def test_the_same_form_sent_five_times_is_one_request(client) -> None:
    form = drawn(client) | ALL
    assert {ref_in(client.post("/signup", data=form).text) for _ in range(5)} == {"RR-0001"}
    assert len(stored()) == 1


def test_impatient_clicks_at_the_same_moment_are_one_request(client) -> None:
    form = drawn(client) | ALL
    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(lambda _: client.post("/signup", data=form), range(5)))
    assert {(answer.status_code, ref_in(answer.text)) for answer in answers} == {(200, "RR-0001")}
    assert len(stored()) == 1


def test_a_form_that_was_gone_back_to_and_corrected_is_not_taken_for_the_first(client) -> None:
    form = drawn(client) | ALL
    client.post("/signup", data=form)
    client.post("/signup", data=form | {"words": "It is the school, not the chapel."})
    assert [words for _name, words, _status in stored()] == [ENOUGH["words"], "It is the school, not the chapel."]


def test_a_program_that_fills_in_the_hidden_field_is_kept_as_spam_and_told_nothing(client) -> None:
    honest = client.post("/signup", data=drawn(client) | ENOUGH)
    program = client.post("/signup", data=drawn(client) | ENOUGH | {HONEYPOT: "Buy now"})
    assert [status for _name, _words, status in stored()] == [RequestStatus.NEW, RequestStatus.SPAM]
    assert program.status_code == honest.status_code == 200
    assert program.text.replace(ref_in(program.text), "") == honest.text.replace(ref_in(honest.text), "")


def test_a_program_that_also_makes_mistakes_is_told_nothing_either(client) -> None:
    program = client.post("/signup", data=drawn(client) | {HONEYPOT: "Buy now", "email": "jo@", "words": "buy " * 3000, "topics": "forged"})
    assert (program.status_code, ref_in(program.text)) == (200, "RR-0001")
    assert stored() == [("", ("buy " * 3000)[:5000].strip(), RequestStatus.SPAM)]


def test_the_hidden_field_is_out_of_everybodys_way(client) -> None:
    html = client.get("/signup").text
    [around] = re.findall(rf'<div class="unseen" aria-hidden="true">.*?name="{HONEYPOT}".*?</div>', html, re.DOTALL)
    assert 'tabindex="-1"' in around
    assert 'autocomplete="off"' in around


def test_thirty_sign_ups_an_hour_from_one_address_are_enough_and_the_words_are_kept(client, clock) -> None:
    for number in range(30):
        assert client.post("/signup", data=drawn(client) | ENOUGH | {"name": f"Person {number}"}).status_code == 200
    answer = client.post("/signup", data=drawn(client) | ENOUGH | {"name": "One too many"})
    assert answer.status_code == 429
    assert "Wait an hour, then choose Send again." in answer.text
    assert 'value="One too many"' in answer.text
    assert len(stored()) == 30
    clock.shift(timedelta(hours=1))
    assert client.post("/signup", data=drawn(client) | ENOUGH).status_code == 200


def test_a_form_with_mistakes_does_not_count_against_its_sender(client) -> None:
    for _ in range(31):
        client.post("/signup", data=drawn(client) | ENOUGH | {"email": "jo@"})
    assert client.post("/signup", data=drawn(client) | ENOUGH).status_code == 200


def test_a_form_without_a_key_or_with_a_forged_one_is_still_taken(client) -> None:
    assert client.post("/signup", data=ENOUGH).status_code == 200
    assert client.post("/signup", data=ENOUGH | {"form_key": "x' --" * 100}).status_code == 200


def test_different_people_at_one_address_who_send_at_the_same_moment_are_all_taken(client) -> None:
    forms = [drawn(client) | ENOUGH | {"name": f"Person {number}"} for number in range(5)]
    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(lambda form: client.post("/signup", data=form), forms))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len({ref_in(answer.text) for answer in answers}) == len(stored()) == 5
