import pytest

from rr.needs.rules import NeedStatus, suggest_partner


def test_a_need_says_in_words_how_far_it_has_come():
    assert {status.value: status.label for status in NeedStatus} == {
        "asked": "Not found yet",
        "found": "Support found",
        "not_available": "Not available",
    }


PARTNERS = (
    (1, "Community hubs, taking on buildings from a council"),
    (2, "Understanding local transport problems"),
    (3, "Local transport"),
)


@pytest.mark.parametrize(
    ("label", "words", "partner"),
    [
        ("Community hubs, buildings and assets", ("lease",), 1),
        ("Transport and getting about", ("buses", "local bus"), 2),  # of equals, the first in the list
        ("Something else", (), None),
        ("A local community", ("the area",), None),
    ],
)
def test_the_partner_offered_first_shares_most_words_with_the_kind(label, words, partner):
    assert suggest_partner(words, label, PARTNERS) == partner
