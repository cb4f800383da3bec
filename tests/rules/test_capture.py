import re
from collections import Counter
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rr.sessions.capture.parser import KnownContact, ParsedLine, ParsedSupport, parse
from rr.sessions.rules import CaptureKind

TODAY = date(2026, 11, 22)  # a Sunday
TOPICS = {"future": "Future of our partnership", "hubs": "Community places or hubs", "people": "New people"}
CONTACTS = (
    KnownContact(1, "Una Nettle", "Chair"),
    KnownContact(2, "Wes Dunmore", "vice_chair"),
    KnownContact(3, "Wes Ellery", "Resident member"),
    KnownContact(4, "June Tolley", "Resident member"),
)
SUPPORT_WORDS = {"legal": ("legal", "lease"), "funding": ("funding", "grant"), "legal-body": ("legal body",)}


def capture(line, kind=CaptureKind.ACTION):
    return parse(line, kind=kind, today=TODAY, topics=TOPICS, contacts=CONTACTS, support_words=SUPPORT_WORDS)


def test_one_line_is_one_action():
    assert capture("Ask Locality about the lease @chair end of May #hubs !legal advice") == ParsedLine(
        kind=CaptureKind.ACTION,
        text="Ask Locality about the lease",
        lead="chair",
        lead_contact_id=1,
        due=date(2027, 5, 31),
        due_words="end of May",
        topic="hubs",
        support=(ParsedSupport("legal advice", "legal"),),
    )


@pytest.mark.parametrize("kind", list(CaptureKind))
def test_a_line_without_marks_or_date_is_a_note_of_the_chosen_kind(kind):
    assert capture("  We opened   two hubs ", kind) == ParsedLine(kind=kind, text="We opened two hubs")


@pytest.mark.parametrize("line", ["Ring them @Bob", "Ring them !help"])
def test_a_lead_or_support_makes_an_action_whatever_the_kind(line):
    captured = capture(line, CaptureKind.DECISION)

    assert (captured.kind, captured.text) == (CaptureKind.ACTION, "Ring them")


@pytest.mark.parametrize(("line", "text"), [("Ring them #hubs", "Ring them"), ("Ring them by Friday", "Ring them by Friday")])
def test_a_topic_or_a_date_leaves_the_kind_as_it_was_chosen(line, text):
    captured = capture(line, CaptureKind.DECISION)

    assert (captured.kind, captured.text) == (CaptureKind.DECISION, text)


@pytest.mark.parametrize(
    "line",
    [
        "Write to una@example.org about it",
        "We got 40 people, wow!",
        "Learn C# together",
        "Item # 3 on the list, and #1",
        "Meet @ the hall",
        "Meet @5pm",
        "Really !!! or @ or # or !",
        '@"" and @" "',
        "He said “ask @chair about #hubs by Friday” twice",
        'Call it "the 14 March club"',
    ],
)
def test_what_does_not_start_a_word_or_is_quoted_is_no_mark(line):
    captured = capture(line, CaptureKind.IDEA)

    assert (captured.kind, captured.text, captured.lead, captured.topic, captured.due) == (CaptureKind.IDEA, line, "", None, None)


@pytest.mark.parametrize(
    ("line", "lead", "contact_id", "text"),
    [
        ("@chair rings Locality", "chair", 1, "rings Locality"),
        ("Ring Locality @CHAIR.", "CHAIR", 1, "Ring Locality."),
        ("Ring Locality @una", "una", 1, "Ring Locality"),
        ("@Una Nettle rings Locality", "Una Nettle", 1, "rings Locality"),
        ("@Wes ellery rings Locality", "Wes ellery", 3, "rings Locality"),
        ("@vice chair rings", "vice chair", 2, "rings"),
        ("@vice-chair rings", "vice-chair", 2, "rings"),
        ("@Bob rings Locality", "Bob", None, "rings Locality"),
        ("@O'Neill rings", "O'Neill", None, "rings"),
        ("""@"Tenants' group" rings""", "Tenants' group", None, "rings"),
        ("@“Tenants’ group” rings", "Tenants’ group", None, "rings"),
        ('@"una nettle" rings', "una nettle", 1, "rings"),
        ("Ring Locality (@chair) soon", "chair", 1, "Ring Locality soon"),
        ("Ring Locality, @chair, soon", "chair", 1, "Ring Locality, soon"),
    ],
)
def test_a_lead_is_a_known_contact_or_plain_text(line, lead, contact_id, text):
    captured = capture(line)

    assert (captured.lead, captured.lead_contact_id, captured.text, captured.problems) == (lead, contact_id, text, ())


@pytest.mark.parametrize(
    ("line", "lead", "text", "problem"),
    [
        ("@Wes rings", "Wes", "rings", "More than one person answers to “Wes”: write the full name."),
        (
            "@resident member rings",
            "resident member",
            "rings",
            "More than one person answers to “resident member”: write the full name.",
        ),
        ("@Bob rings @Una", "Bob", "rings @Una", "An action has one lead: “Una” stayed in the text."),
        ('@"Tenants group rings', "", '@"Tenants group rings', "The quotation mark after @ isn't closed, so no lead was set."),
    ],
)
def test_a_lead_that_is_not_clear_is_kept_as_written_and_said(line, lead, text, problem):
    captured = capture(line)

    assert (captured.lead, captured.lead_contact_id, captured.text, captured.problems) == (lead, None, text, (problem,))


@pytest.mark.parametrize(
    ("line", "topic", "text", "problems"),
    [
        ("Find a hall #HUBS", "hubs", "Find a hall", ()),
        ("Find a hall (#hubs).", "hubs", "Find a hall.", ()),
        ("Find a hall #hubs, with #hubs", "hubs", "Find a hall, with", ()),
        ("Find a hall #hall", None, "Find a hall #hall", ("“#hall” is not a topic. The topics are #future, #hubs and #people.",)),
        ("A hall #hubs for #people", "hubs", "A hall for #people", ("A line has one topic: “#people” stayed in the text.",)),
    ],
)
def test_a_topic_is_one_of_the_codes(line, topic, text, problems):
    captured = capture(line)

    assert (captured.topic, captured.text, captured.problems) == (topic, text, problems)


@pytest.mark.parametrize(
    ("line", "support", "text"),
    [
        ("Take on the chapel !legal advice", (ParsedSupport("legal advice", "legal"),), "Take on the chapel"),
        ("!somebody to listen @Bob goes", (ParsedSupport("somebody to listen", None),), "goes"),
        ("Go !a legal body #hubs !Grants. ", (ParsedSupport("a legal body", "legal-body"), ParsedSupport("Grants", "funding")), "Go"),
        ("Go !help by Friday with wow! and C#", (ParsedSupport("help by Friday with wow! and C#", None),), "Go"),
        ('Go !"legal advice" by Friday', (ParsedSupport("legal advice", "legal"),), "Go"),
        ("Go !help #3 #nothere", (ParsedSupport("help #3", None),), "Go #nothere"),
        ("Go !illegally", (ParsedSupport("illegally", None),), "Go"),
    ],
)
def test_support_runs_to_the_next_mark_or_the_end(line, support, text):
    captured = capture(line)

    assert (captured.support, captured.text) == (support, text)


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("end of May", date(2027, 5, 31)),
        ("by the end of May", date(2027, 5, 31)),
        ("end May", date(2027, 5, 31)),
        ("by end of November", date(2026, 11, 30)),
        ("by 14 March", date(2027, 3, 14)),
        ("on the 14th of March", date(2027, 3, 14)),
        ("Sunday 14 March", date(2027, 3, 14)),
        ("14 March 2027", date(2027, 3, 14)),
        ("14 mar 2027", date(2027, 3, 14)),
        ("before 3 Sept.", date(2027, 9, 3)),
        ("by March 14", date(2027, 3, 14)),
        ("22 November", date(2026, 11, 22)),
        ("21 November", date(2027, 11, 21)),
        ("29 February", date(2028, 2, 29)),
        ("14/3/2027", date(2027, 3, 14)),
        ("14/03/27", date(2027, 3, 14)),
        ("14.3.2027", date(2027, 3, 14)),
        ("2027-03-14", date(2027, 3, 14)),
        ("next Friday", date(2026, 11, 27)),
        ("this coming Friday", date(2026, 11, 27)),
        ("Friday", date(2026, 11, 27)),
        ("by Friday evening", date(2026, 11, 27)),
        ("by fri", date(2026, 11, 27)),
        ("Sunday", date(2026, 11, 29)),
        ("in 6 weeks", date(2027, 1, 3)),
        ("in six weeks' time", date(2027, 1, 3)),
        ("within a fortnight", date(2026, 12, 6)),
        ("in a couple of days", date(2026, 11, 24)),
        ("three months from now", date(2027, 2, 22)),
        ("in a year", date(2027, 11, 22)),
        ("mid June", date(2027, 6, 15)),
        ("by mid-June 2028", date(2028, 6, 15)),
        ("early June", date(2027, 6, 7)),
        ("tomorrow", date(2026, 11, 23)),
        ("by today", TODAY),
        ("by the end of the month", date(2026, 11, 30)),
        ("end of next month", date(2026, 12, 31)),
        ("by the end of the week", date(2026, 11, 27)),
        ("next week", date(2026, 11, 27)),
        ("by the end of next year", date(2027, 12, 31)),
        ("in May", date(2027, 5, 31)),
        ("by may", date(2027, 5, 31)),
        ("before May", date(2027, 4, 30)),
        ("in May 2028", date(2028, 5, 31)),
    ],
)
def test_a_date_in_words_is_the_next_such_day_and_leaves_clean_text(words, due):
    captured = capture(f"Ask Locality {words}")

    assert (captured.due, captured.text.rstrip("."), captured.kind) == (due, "Ask Locality", CaptureKind.ACTION)
    assert captured.due_words == words.rstrip(".")
    assert captured.problems == ()


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("By 14 March, ask Locality", "ask Locality"),
        ("Ask Locality, by end of May, about the lease", "Ask Locality, about the lease"),
        ("Ask Locality (by end of May).", "Ask Locality."),
        ("Ask by Friday – then tell people", "Ask – then tell people"),
    ],
)
def test_taking_a_date_out_leaves_no_gap(line, text):
    assert capture(line).text == text


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Picnic on 31 June", "There is no 31 June."),
        ("Picnic on 29 February 2027", "There is no 29 February 2027."),
        ("Picnic on 0 May 2027", "There is no 0 May 2027."),
        ("Picnic on 14/13/2027", "There is no month 13: write a date as day/month/year."),
        ("We opened on 14 March 2019", "14 March 2019 has passed, so no date was set."),
        ("We opened in May 2019", "31 May 2019 has passed, so no date was set."),
        ("We opened on 21/11/2026", "21 November 2026 has passed, so no date was set."),
        ("Rest in 99999 years", "“in 99999 years” is not a date we can keep."),
    ],
)
def test_a_date_that_cannot_be_stays_in_the_text_and_is_said(line, problem):
    assert capture(line) == ParsedLine(kind=CaptureKind.ACTION, text=line, problems=(problem,))


def test_a_weekday_that_does_not_fit_its_date_is_said_and_the_date_counts():
    captured = capture("Tea on Friday 14 March")

    assert (captured.due, captured.problems) == (date(2027, 3, 14), ("14 March 2027 is a Sunday: is the date right?",))


def test_of_two_dates_the_deadline_is_taken_and_it_is_said():
    captured = capture("Write up the 14 March meeting by end of May")

    assert (captured.due, captured.text) == (date(2027, 5, 31), "Write up the 14 March meeting")
    assert captured.problems == ("More than one date: “by end of May” was taken.",)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("@chair #hubs", "chair hubs"),
        ("by Friday", "by Friday"),
        ("!legal advice", "legal advice"),
        ('@"Tenants group", #hubs by Friday!', '"Tenants group", hubs by Friday!'),
    ],
)
def test_a_line_of_marks_alone_keeps_their_words_as_its_text(line, text):
    captured = capture(line)

    assert (captured.kind, captured.text) == (CaptureKind.ACTION, text)


def test_an_empty_line_is_an_empty_note():
    assert capture(" \n ") == ParsedLine(kind=CaptureKind.ACTION, text="")


PIECES = st.sampled_from(
    [
        *("@chair", "@Una", "@Una Nettle", "@Wes", "@“Tenants’ group”", '@"a b"', '@"open', "#hubs", "#nothere", "#3", "!legal", '!"x y"'),
        *("!", "@", "#", "!!", ",", ".", "(", ")", "—", '"', "”", "“"),
        *(
            "by Friday",
            "end of May",
            "31 June",
            "14/3/2027",
            "in 6 weeks",
            "a week on Friday",
            "Easter",
            "the 31st",
            "or",
            "in May",
            "by June",
            "before may",
            "99/99/9999",
            "today",
        ),
        *("Ask", "Locality", "wow!", "C#", "una@example.org", "ſat", "İn", "ß", "é", "🎉", "0", "£5", "café"),
    ]
)
LINES = st.lists(PIECES | st.text(max_size=6), max_size=12).map(" ".join) | st.text() | st.lists(PIECES, max_size=8).map("".join)


def words(text):
    return Counter(re.findall(r"\w+", text))


@settings(deadline=None)  # the first bank holiday asked for loads the library of them
@given(LINES, st.dates(), st.sampled_from(CaptureKind))
@example("@Una\x1cNettle #hubs,!x (!y) @a@b", date.max, CaptureKind.ACTION)
@example("by 29 February in 9 years before January next week Friday tomorrow", date.max, CaptureKind.ACTION)
@example("end of May before January 1 January", date.min, CaptureKind.ACTION)
@example("early next week, later this week, by Easter and month end", date.max, CaptureKind.ACTION)
def test_no_text_makes_it_fail_or_lose_a_word(line, today, kind):
    def read():
        return parse(line, kind=kind, today=today, topics=TOPICS, contacts=CONTACTS, support_words=SUPPORT_WORDS)

    captured = read()
    assert read() == captured

    kept = [captured.text, captured.lead, captured.due_words, *(support.words for support in captured.support)]
    marked = Counter({word: count for word, count in words(line).items() if word.casefold() == captured.topic})
    assert words(line) - marked <= words(" ".join(kept))
    assert bool(captured.text) or not line.split()
    assert words(captured.text) <= words(line)
    assert captured.text == " ".join(captured.text.split())
    assert all(support.words for support in captured.support)
    assert captured.due is None or captured.due >= today
