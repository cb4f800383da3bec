import csv
from pathlib import Path

import pytest

from rr.partnerships.matching import Area, Match, alike, derived_aliases, match, normalise, one_slip, search

REFERENCE = Path(__file__).parents[2] / "data" / "big_local_areas.csv"
with REFERENCE.open(encoding="utf-8-sig", newline="") as file:
    AREAS = tuple(Area(number, row["name"], aliases=derived_aliases(row["name"])) for number, row in enumerate(csv.DictReader(file), 1))
NAMES = {area.id: area.name for area in AREAS}


def named(name):
    return next(area for area in AREAS if area.name == name)


def suggested(found: Match):
    return [NAMES[suggestion.area_id] for suggestion in found.suggestions]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("  North  West  Ipswich ", "north west ipswich"),
        ("St. Peter’s & the Moors", "st peters and the moors"),
        ("St Peter's and the Moors", "st peters and the moors"),
        ("Goldthorpe with Bolton-on-Dearne", "goldthorpe with bolton on dearne"),
        ("Big Local Plaistow South", "plaistow south"),
        ("Plaistow South BIG LOCAL", "plaistow south"),
        ("Bountagu (Bounces-Montagu)", "bountagu bounces montagu"),
        ("Kirk Hàllam", "kirk hallam"),
        ("Canvey's Big Local £1 million", "canveys 1 million"),
        ("Bigger Local Biglocalism", "bigger local biglocalism"),
        ("Big Local", ""),
        (" - ", ""),
    ],
)
def test_a_name_is_normalised(written, expected):
    assert normalise(written) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Bountagu (Bounces-Montagu)", ("Bountagu", "Bounces-Montagu")),
        ("Clapham Junction, West Battersea (Big Local SW11)", ("Clapham Junction, West Battersea", "Big Local SW11")),
        ("CELL - Lynemouth, Cresswell", ("CELL", "Lynemouth, Cresswell")),
        ("Heath (Big Local)", ()),
        ("Hanwell, Copley Close", ()),
        ("Goldthorpe with Bolton-on-Dearne", ()),
        ("Thurnscoe", ()),
    ],
)
def test_a_written_name_holds_other_names(name, expected):
    assert derived_aliases(name) == expected


def test_the_reference_list_has_150_areas_that_share_no_name():
    assert len(AREAS) == 150
    for area in AREAS:
        for name in (area.name, *area.aliases):
            assert match(name, AREAS) == Match(area.id, certain=True), name


# Every spelling in the three sample exports that isn't letter for letter the reference list's.
@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("CLUBMOOR", "Clubmoor"),
        ("greatfield", "Greatfield"),
        ("BOUNTAGU", "Bountagu (Bounces-Montagu)"),
        ("Arches Local Big Local", "Arches Local (Central Chatham, Luton Arches)"),
        ("WEMBLEY CENTRAL", "Wembley Central"),
        ("Wormley and Turnford Big Local", "Wormley and Turnford"),
        ("  Thurnscoe ", "Thurnscoe"),
        ("THREE PARISHES - GOBOWEN, ST MARTINS AND WESTON RHYN", "Three Parishes - Gobowen, St Martins and Weston Rhyn"),
        ("MARSH AND MICKLEFIELD", "Marsh and Micklefield"),
        ("Noel Park Estate Big Local", "Noel Park Estate"),
        ("Big Local Latch Ford", "Latch Ford"),
        ("  North  West  Ipswich ", "North West Ipswich"),
        ("Big Local Plaistow South", "Plaistow South"),
        ("Big Local Thurnscoe", "Thurnscoe"),
        ("Big Local Rudheath and Witton", "Rudheath and Witton"),
        ("Woolavington and Puriton Villages Together Big Local", "Woolavington and Puriton Villages Together"),
        ("Big Local Goldthorpe with Bolton-on-Dearne", "Goldthorpe with Bolton-on-Dearne"),
        ("EASTERN SHEPPEY", "Eastern Sheppey"),
        ("Big Local CELL - Lynemouth, Cresswell, Ellington and Linton", "CELL - Lynemouth, Cresswell, Ellington and Linton"),
        ("Big Local West End, Morecambe", "West End, Morecambe"),
        ("Big Local Growing Together", "Growing Together (Northampton East)"),
        ("Big Local Keighley Valley", "Keighley Valley"),
        ("kingsbrook and cauldwell", "Kingsbrook and Cauldwell"),
        ("north meets south", "North Meets South"),
        ("Big Local Greenmoor", "Greenmoor"),
        ("Big Local North Brixton", "North Brixton"),
        ("conniburrow", "Conniburrow"),
        ("FARLEY HILL", "Farley Hill"),
        ("  Gaunless  Gateway ", "Gaunless Gateway"),
        ("Thurnscoe Big Local", "Thurnscoe"),
        (
            "Hawksworth Wood Estate, the Abbeydales & the Vespers",
            "Hawksworth Wood Estate, the Abbeydales and the Vespers (HAVA)",
        ),
        ("Big Local North Meets South", "North Meets South"),
        ("HAVA", "Hawksworth Wood Estate, the Abbeydales and the Vespers (HAVA)"),
        ("Big Local SW11", "Clapham Junction, West Battersea (Big Local SW11)"),
        ("Whitley", "Whitley"),
        ("Whitley Bay", "Whitley Bay"),
        ("Littlemoor", "Littlemoor"),
        ("Heath", "Heath Big Local"),
    ],
)
def test_a_name_written_another_way_is_certain(written, name):
    assert match(written, AREAS) == Match(named(name).id, certain=True)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Goldthorpe wih Bolton-on-Dearne", "Goldthorpe with Bolton-on-Dearne"),
        ("Goldthorpe ith Bolton-on-Dearne", "Goldthorpe with Bolton-on-Dearne"),
        ("Barowcliff", "Barrowcliff"),
        ("Prospct Estate", "Prospect Estate"),
        ("Catto Grove", "Catton Grove"),
        ("Winerton", "Winterton"),
        ("North Meets outh", "North Meets South"),
        ("Dover Big Local", "Dover Town"),
        ("Big Kirk Hallam", "Kirk Hallam"),
        ("Gauntless", "Gaunless Gateway"),
        ("Whitley Ba", "Whitley Bay"),
        ("Hanwell", "Hanwell, Copley Close"),
        ("Morecambe", "West End, Morecambe"),
        ("Leigh Neighbours", "Leigh West"),
    ],
)
def test_a_likeness_is_never_certain_but_comes_first_among_three(written, name):
    found = match(written, AREAS)

    assert (found.area_id, found.certain) == (None, False)
    assert suggested(found)[0] == name
    assert len(found.suggestions) == 3


@pytest.mark.parametrize("written", ["", "   ", "Big Local", "(-)"])
def test_a_text_without_a_name_suggests_nothing(written):
    assert match(written, AREAS) == Match(None, certain=False)


def test_suggestions_come_likest_first_whatever_the_order_of_the_areas():
    found = match("whitley by", AREAS)

    assert suggested(found) == ["Whitley Bay", "Whitley", "Whitleigh"]
    assert match("whitley by", AREAS[::-1]) == found


def test_a_chosen_alias_makes_a_name_certain():
    areas = (Area(1, "Dover Town", aliases=("Dover Big Local",)), Area(2, "Whitley"))

    assert match("DOVER big local", areas) == Match(1, certain=True)


def test_a_public_name_is_as_certain_as_a_name():
    assert match("leigh neighbours", (Area(1, "Leigh West", public_name="Leigh Neighbours"),)) == Match(1, certain=True)


def test_a_name_that_two_areas_share_is_certain_for_neither_and_suggests_both():
    areas = (Area(1, "Littlemoor"), Area(2, "Clarksfield, Greenacres and Littlemoor", aliases=("Littlemoor",)))

    found = match("littlemoor", areas)

    assert (found.area_id, found.certain) == (None, False)
    assert [(suggestion.area_id, suggestion.score) for suggestion in found.suggestions] == [(2, 100.0), (1, 100.0)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hawkswroth", ["Hawksworth Wood Estate, the Abbeydales and the Vespers (HAVA)"]),
        ("grenmoor", ["Greenmoor"]),
        ("morecombe", ["West End, Morecambe"]),
        ("whit", ["Whitleigh", "Whitley", "Whitley Bay", "Shadsworth with Whitebirk", "Wormholt and White City"]),
        ("hallam kirk", ["Kirk Hallam"]),
        ("kirk", ["Kirk Hallam", "Kirkholt"]),
        ("whitley", ["Whitley", "Whitley Bay"]),
        ("KIRKHÔLT", ["Kirkholt"]),
        ("l30", ["St Oswald and Netherton (L30 Million Project)"]),
        ("asmoor", ["Grassland and Hasmoor"]),
        ("zzzz", []),
        ("", []),
    ],
)
def test_a_search_forgives_typing_slips_and_puts_beginnings_first(text, expected):
    assert [area.name for area in search(text, AREAS)] == expected


def test_a_search_gives_no_more_than_was_asked_for():
    assert len(search("e", AREAS)) == 8
    assert len(search("e", AREAS, limit=3)) == 3


KNOWN = ("larkin", "lark", "larkhall", "marlin", "zoe", "hawksworth", "area")


@pytest.mark.parametrize(
    ("typed", "areas_word", "persons_word"),
    [
        ("larken", {"larkin"}, {"larkin"}),
        ("larkha", {"larkhall"}, {"larkhall"}),
        ("lrakin", {"larkin"}, {"larkin"}),
        ("karkin", {"larkin"}, {"larkin"}),
        ("hawkswroth", {"hawksworth"}, {"hawksworth"}),
        ("hokswurth", {"hawksworth"}, set()),
        ("hawksw", {"hawksworth"}, {"hawksworth"}),
        ("ara", {"area"}, {"area"}),
        ("xyzzy", set(), set()),
    ],
)
def test_a_typed_word_means_words_that_are_a_little_like_it_and_of_persons_those_with_one_slip(typed, areas_word, persons_word):
    assert (alike(typed, KNOWN), one_slip(typed, KNOWN)) == (areas_word, persons_word)
