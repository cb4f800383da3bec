import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rr.intake.imports.mending import Mended, mend


@pytest.mark.parametrize(
    ("came", "words"),
    [
        ("O&#039;Brien", "O'Brien"),
        ("O&amp;#039;Brien", "O'Brien"),
        ("Clarksfield, Greenacres &amp; Littlemoor", "Clarksfield, Greenacres & Littlemoor"),
        ("Greenacres &amp;amp; Littlemoor", "Greenacres & Littlemoor"),
        ("We don&#8217;t &lt;soon&gt;", "We don’t <soon>"),
        ("&#233;t&eacute; &#x2013; &pound;50", "été – £50"),
        ('="9300"', "9300"),
        ('="a ""b"" c"', 'a "b" c'),
        ('="O&#039;Brien"', "O'Brien"),
        # Nobody escaped these.
        ("AT&T; R&D & co", "AT&T; R&D & co"),
        ("&copy 2024 &c", "&copy 2024 &c"),
        ('=SUM("a")', '=SUM("a")'),
        ("=1+1", "=1+1"),
    ],
)
def test_entities_and_guards_are_taken_off(came, words):
    assert mend(came) == Mended(words)


@pytest.mark.parametrize(
    ("came", "words"),
    [
        ("ZoÃ«", "Zoë"),
        ("ZoÃƒÂ«", "Zoë"),
        ("We donâ€™t know â€“ cafÃ© or not?", "We don’t know – café or not?"),
        ("Â£50 for the hall", "£50 for the hall"),
        ("Ã‰lodie FranÃ§ois", "Élodie François"),
        ("Don‚Äôt Zo√´", "Don’t Zoë"),
        ("Zoë’s cafÃ©", "Zoë’s café"),
        ("it\x92s a caf\xe9 \x96 ours", "it’s a café – ours"),
    ],
)
def test_what_was_decoded_wrongly_once_is_put_right(came, words):
    assert mend(came) == Mended(words, decoded_wrongly=True)


@pytest.mark.parametrize("came", ["Zo\ufffd", "donâ€t", "caf\x82", "&#0;x", "We don?t know", "I?m the chair", "Kerry O?Brien"])
def test_what_is_damaged_stays_and_is_said(came):
    mended = mend(came)

    assert (mended.decoded_wrongly, mended.is_damaged) == (False, True)
    assert mended.text == came or came.startswith("&")


@pytest.mark.parametrize(
    "words",
    [
        *("Zoë", "“It’s ours” – café, £50", "SÃO PAULO", "NÃO É", "À la carte", "Łukasz Ødegård", "مرحبا بالعالم", "你好", "🙂👩\u200d🌾"),
        *("œuvre…", "½ day at 20°", "Straße", "Zo‰", "«oui»", "Nguyễn Thị Hà", "Đức", "Õ", "Ñandú"),
        *("Who?", "Who?Me", "a hall?\nThe café?s", "https://example.org/page?tab=1&s=2", "Is it so? I'd say", "Why?then"),
    ],
)
def test_words_that_are_right_stay_as_they_are(words):
    assert mend(words) == Mended(words)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_mending_twice_is_mending_once(words):
    once = mend(words).text

    assert mend(once).text in (once, mend(mend(once).text).text)
