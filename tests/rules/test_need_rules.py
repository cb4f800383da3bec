from rr.needs.rules import NeedStatus


def test_a_need_says_in_words_how_far_it_has_come():
    assert {status.value: status.label for status in NeedStatus} == {
        "asked": "Not found yet",
        "found": "Support found",
        "not_available": "Not available",
    }
