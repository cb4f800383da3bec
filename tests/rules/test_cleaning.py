import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rr.intake import cleaning
from rr.intake.rules import Format, PartnershipKnows
from rr.partnerships.rules import ContactRole

TOPICS = {
    "future": "Future of our partnership",
    "hubs": "Community places or hubs",
    "vision": "Telling people our vision",
    "relationships": "Difficult relationships",
    "people": "New people, especially young people",
    "other": "Something else",
}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("\x01\x02\x07bell", "bell"),
        ("a\x00b\x7f\x9fc", "abc"),
        ("  ends \n", "ends"),
        ("one\r\ntwo\rthree\tfour", "one\ntwo\nthree\tfour"),
        ("e\u0301", "é"),
        ("pay\u202egpj.exe\u2066", "paygpj.exe"),
        ("zero\u200b\ufeff\u200dwidth", "zerowidth"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🌾", "👩\u200d🌾"),
        ("مرحبا بالعالم", "مرحبا بالعالم"),
        ("'=1+1", "=1+1"),
        ("'tis ours", "'tis ours"),
        ("@SUM(1+1)*cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0"),
        ("nan", "nan"),
        ("null", "null"),
        ("None", "None"),
        ("-0", "-0"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("\ud800lone", "lone"),
        ("", ""),
        (None, ""),
    ],
)
def test_text_keeps_words_and_drops_what_nobody_sees(written, kept):
    assert cleaning.text(written) == kept


def test_text_and_line_are_bounded():
    assert cleaning.text("word " * 10, 7) == "word wo"
    assert cleaning.text("word " * 10, 5) == "word"
    assert cleaning.line("  North  West \n Ipswich ") == "North West Ipswich"
    assert len(cleaning.line("x" * 500)) == 200


@pytest.mark.parametrize(
    ("written", "value", "is_remarked"),
    [
        ("12", 12, False),
        ("12 ", 12, False),
        ("0", 0, False),
        ("12.0", 12, False),
        ("1,000", 1000, False),
        ("١٢", 12, False),
        ("twelve", 12, False),
        ("Twelve people", 12, False),
        ("twenty-one", 21, False),
        ("a dozen", 12, False),
        ("none", 0, False),
        ("15 of us", 15, False),
        ("about 12", 12, True),
        ("12+", 12, True),
        ("no more than 8", 8, True),
        ("8-10", 8, True),
        ("8 – 10", 8, True),
        ("10 to 8", 8, True),
        ("between 8 and 10 people", 8, True),
        ("one or two", 1, True),
        ("lots", None, True),
        ("nan", None, True),
        ("-3", None, True),
        ("-0", None, True),
        ("1.5", None, True),
        ("²", None, True),
        ("12 adults and 4 children", None, True),
        ("8, 10 or 12", None, True),
        ("£12", None, True),
        ("07700900123", None, True),
        ("10001", None, True),
        ("9" * 400, None, True),
        ("", None, False),
        ("  ", None, False),
    ],
)
def test_a_whole_number_is_read_or_the_words_are_kept(written, value, is_remarked):
    understood = cleaning.whole_number(written)

    assert (understood.value, bool(understood.remark)) == (value, is_remarked)


def test_remarks_are_sentences():
    assert cleaning.whole_number("lots").remark == "“lots” isn't a number that can be counted with, so it is kept as words."
    assert cleaning.whole_number("8-10").remark == "“8-10” is a range; 8, its lower end, is counted."
    assert cleaning.quoted("a\nb " + "x" * 200) == "“a b " + "x" * 75 + "…”"


@pytest.mark.parametrize(
    ("written", "value", "is_remarked"),
    [
        ("07700 900276", "+447700900276", False),
        ("07700900999", "+447700900999", False),
        ("+44 (0)7700 900276", "+447700900276", False),
        ("0044 7700-900-276", "+447700900276", False),
        ("7700900276", "+447700900276", False),
        ("0161 496 0000 ext 12", "+441614960000", False),
        ("+353 1 234 5678", "+35312345678", False),
        ("07700 900123 (evenings)", "+447700900123", False),
        ("07700 900123 or 0161 496 0000", "+447700900123", True),
        ("07700 900123 / 07700 900123", "+447700900123", False),
        ("07700 900123 / 020 7946 0000", "+447700900123", True),
        ("07700 900123; 020 7946 0000", "+447700900123", True),
        ("07700 900123\n020 7946 0000", "+447700900123", True),
        ("home 020 7946 0000 mob: 07700 900123", "+442079460000", True),
        ("020 7946 0000 (home), 07700 900123 (work)", "+442079460000", True),
        ("tel: 07700 900123", "+447700900123", False),
        ("Mobile - 07700 900123", "+447700900123", False),
        ("07700 900123 after 6pm", "+447700900123", False),
        ("020 7946 0000, ext. 12", "+442079460000", False),
        ("020 7946 0000x12", "+442079460000", False),
        ("(020) 7946/0000", "+442079460000", False),
        ("+ 44 7700 900123", "+447700900123", False),
        ("447700900123", "+447700900123", False),
        ("'07700900123", "+447700900123", False),
        ("０７７００ ９００１２３", "+447700900123", False),
        ("٠٧٧٠٠٩٠٠١٢٣", "+447700900123", False),
        ("07624 123456", "+447624123456", False),
        ("0800 1111", "+448001111", False),
        ("07700 9001234", None, True),
        ("077009001234", None, True),
        ("07700 90012", None, True),
        ("01204 52123", None, True),
        ("+447700 9001234", None, True),
        ("07700 9OO123", None, True),
        ("O7700 900123", None, True),
        ("07700 900l23", None, True),
        ("07700 900123 O", None, True),
        ("0800 FLOWERS", None, True),
        ("4.4770090012E+11", None, True),
        ("4,4770090012E+11", None, True),
        ("4.4770090012", None, True),
        ("770090012.0", None, True),
        ("447,700,900,123", None, True),
        ("00000000000", None, True),
        ("+44 0000 000000", None, True),
        ("0700 000 0000", None, True),
        ("1111111111", None, True),
        ("card 4929 1234 5678 9012", None, True),
        ("07700900123456789", None, True),
        ("07700 900123 020 7946 0000", None, True),
        ("07700 900123/4", None, True),
        ("07700 900123 or 07700 90012", None, True),
        ("07700 900xxx", None, True),
        ("2024-05-02 10:15", None, True),
        ("0" * 300, None, True),
        ("no phone", None, True),
        ("123", None, True),
        ("999999", None, True),
        ("nan", None, True),
        ("", None, False),
    ],
)
def test_a_phone_number_is_read_as_british_unless_it_says_otherwise(written, value, is_remarked):
    understood = cleaning.phone(written)

    assert (understood.value, bool(understood.remark)) == (value, is_remarked)


@pytest.mark.parametrize(
    ("written", "value", "is_remarked"),
    [
        ("LENA.LARKIN31@EXAMPLE.ORG", "lena.larkin31@example.org", False),
        (" jo@example.org ", "jo@example.org", False),
        ("mailto:jo@example.org", "jo@example.org", True),
        ("Jo Ashdown <Jo@Example.org>", "jo@example.org", True),
        ("Jo Ashdown (jo@example.org)", "jo@example.org", True),
        ("jo@example.org.", "jo@example.org", True),
        ("jo@example.org,", "jo@example.org", True),
        ("jo@example.org (home)", "jo@example.org", True),
        ("(work) jo@example.org;", "jo@example.org", True),
        ("'jo@example.org'", "jo@example.org", True),
        ("'jo@example.org", "jo@example.org", True),
        ("“Jo@example.org”", "jo@example.org", True),
        ("<jo@example.org>", "jo@example.org", True),
        ("[jo@example.org]", "jo@example.org", True),
        ("<mailto:jo@example.org>.", "jo@example.org", True),
        ("E-mail: jo@example.org", "jo@example.org", True),
        ("jo@ example.org", "jo@example.org", True),
        ("jo @example. org", "jo@example.org", True),
        ("jo@example.org or sam@example.org", "jo@example.org", True),
        ("jo@example.org / sam@example.org", "jo@example.org", True),
        ("jo@example.org\nsam@example.org", "jo@example.org", True),
        ("jo larkin@example.org", None, True),
        ("jo,larkin@example.org", None, True),
        ("jo@example.org. Thanks", None, True),
        ("jo@example.co uk", None, True),
        ("jo@@example.org", None, True),
        ("jo@example,org", None, True),
        ("o'brien+bl@example.org", "o'brien+bl@example.org", False),
        ("josé@example.org", "josé@example.org", False),
        ("jo@charity.test", "jo@charity.test", False),
        ("femi.ellery18 at example.org", None, True),
        ("jo@", None, True),
        ("jo@localhost", None, True),
        ("a@example.org, b@example.org", "a@example.org", True),
        ("x" * 300 + "@example.org", None, True),
        ("", None, False),
    ],
)
def test_an_address_is_lower_case_or_not_understood(written, value, is_remarked):
    understood = cleaning.email(written)

    assert (understood.value, bool(understood.remark)) == (value, is_remarked)


def test_remarks_do_not_repeat_how_to_reach_somebody():
    remarks = cleaning.phone("123 456").remark + cleaning.email("jo at example.org").remark

    assert "123" not in remarks
    assert "jo" not in remarks


@pytest.mark.parametrize(
    ("written", "codes", "unknown"),
    [
        (
            "Difficult relationships, New people, especially young people, Future of our partnership",
            ("relationships", "people", "future"),
            "",
        ),
        ("New people, especially young people", ("people",), ""),
        ("NEW PEOPLE,  especially young people;difficult relationships", ("people", "relationships"), ""),
        ("Telling people our vision\nTelling people our vision", ("vision",), ""),
        ("future, hubs", ("future", "hubs"), ""),
        ("Something else", ("other",), ""),
        ("New people, New ways to meet", ("other",), "“New people, New ways to meet”"),
        ("Help with a grant, Difficult relationships", ("other", "relationships"), "“Help with a grant”"),
        ("Future of our partnership now", ("other",), "“Future of our partnership now”"),
        ("Future of our partner\u017fhip", ("future",), ""),
        (" , ;, ", (), ""),
        ("", (), ""),
    ],
)
def test_topics_are_found_though_a_label_holds_the_comma(written, codes, unknown):
    understood = cleaning.topics(written, TOPICS)

    assert understood.value == codes
    assert understood.remark == (f"Not on the list of topics, so counted as something else: {unknown}." if unknown else "")


def test_without_any_label_every_topic_is_something_else():
    assert cleaning.topics("Money", {}).value == ("other",)


@pytest.mark.parametrize(
    ("written", "value", "is_remarked"),
    [
        ("In person", Format.IN_PERSON, False),
        ("in-person", Format.IN_PERSON, False),
        ("ONLINE", Format.ONLINE, False),
        ("Either", Format.EITHER, False),
        ("Don’t mind", Format.EITHER, False),
        ("on the moon", None, True),
        ("", None, False),
    ],
)
def test_a_format_is_one_of_three(written, value, is_remarked):
    understood = cleaning.format_of(written)

    assert (understood.value, bool(understood.remark)) == (value, is_remarked)


@pytest.mark.parametrize(
    ("written", "value", "is_remarked"),
    [
        ("Yes", PartnershipKnows.YES, False),
        ("no", PartnershipKnows.NOT_YET, False),
        ("I don't know", PartnershipKnows.NOT_SURE, False),
        ("ask Priya", None, True),
        ("", None, False),
    ],
)
def test_whether_the_partnership_knows(written, value, is_remarked):
    understood = cleaning.partnership_knows(written)

    assert (understood.value, bool(understood.remark)) == (value, is_remarked)


@pytest.mark.parametrize(
    ("written", "is_given", "is_remarked"),
    [
        ("Checked", True, False),
        ("yes", True, False),
        ("1", True, False),
        ("You may contact me.", True, False),
        ("Not Checked", False, False),
        ("No", False, False),
        ("", False, False),
        ("perhaps", False, True),
    ],
)
def test_only_a_tick_or_the_labels_own_text_is_consent(written, is_given, is_remarked):
    understood = cleaning.consent(written, "You may contact me")

    assert (understood.value, bool(understood.remark)) == (is_given, is_remarked)


@pytest.mark.parametrize(
    ("written", "role"),
    [
        ("Chair", ContactRole.CHAIR),
        ("CO-CHAIR of the partnership", ContactRole.CHAIR),
        ("Vice-Chair", ContactRole.VICE_CHAIR),
        ("deputy chair", ContactRole.VICE_CHAIR),
        ("Treasurer", ContactRole.TREASURER),
        ("secretary", ContactRole.SECRETARY),
        ("Resident member", ContactRole.RESIDENT_MEMBER),
        ("local resident", ContactRole.RESIDENT_MEMBER),
        ("Community development worker", ContactRole.WORKER),
        ("Locally trusted organisation", ContactRole.LTO),
        ("LTO worker", ContactRole.LTO),
        ("Area co-ordinator", ContactRole.AREA_COORDINATOR),
        ("area adviser", ContactRole.AREA_ADVISOR),
        ("Other", ContactRole.OTHER),
        ("area_coordinator", ContactRole.AREA_COORDINATOR),
        ("former chair", None),
        ("wheelchair user", None),
        ("Grandmother", None),
        ("", None),
    ],
)
def test_a_role_is_read_from_somebodys_own_words(written, role):
    assert ContactRole.from_words(written) is role
    assert bool(cleaning.role(written).remark) == (role is None and written != "")


def test_every_role_is_found_by_its_label():
    assert [ContactRole.from_words(role.label) for role in ContactRole] == list(ContactRole)


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_no_words_break_a_cleaner_and_cleaning_twice_is_cleaning_once(words):
    tidy = cleaning.text(words)

    assert "\x00" not in tidy
    assert "\u202e" not in tidy
    assert len(cleaning.line(words)) <= 200
    for cleaner in (
        cleaning.whole_number,
        cleaning.phone,
        cleaning.email,
        cleaning.role,
        cleaning.format_of,
    ):
        assert cleaner(words).value is None or tidy
    assert cleaning.consent(words).value is False or tidy
    assert set(cleaning.topics(words, TOPICS).value) <= TOPICS.keys()
