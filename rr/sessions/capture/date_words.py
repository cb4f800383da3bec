"""The words that dates are made of, and what may stand around them, for `date_forms` and `dates`."""

import re

from rapidfuzz.distance import OSA

from rr.days import MONTHS, WEEKDAYS


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


SHORT_MONTHS = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}
SHORT_DAYS = {name[:3].lower(): number for number, name in enumerate(WEEKDAYS)}


_SMALL = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBERS = {word: number for number, word in enumerate(_SMALL, 1)} | {"a": 1, "an": 1, "a couple of": 2}

NTH = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_TEENS = ("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth")
DAY_WORDS = {word: number for number, word in enumerate((*NTH, *_TEENS, "twentieth"), 1)} | {
    **{f"twenty-{word}": 20 + number for number, word in enumerate(NTH[:9], 1)},
    "thirtieth": 30,
    "thirty-first": 31,
}

# England's days by the names that people give them: the name in `holidays`, or "Easter", which dateutil knows.
NAMED_DAYS = {
    "christmas day": "Christmas Day",
    "christmas": "Christmas Day",
    "xmas day": "Christmas Day",
    "xmas": "Christmas Day",
    "boxing day": "Boxing Day",
    "new year's day": "New Year's Day",
    "new years day": "New Year's Day",
    "new years' day": "New Year's Day",
    "good friday": "Good Friday",
    "easter monday": "Easter Monday",
    "easter sunday": "Easter",
    "easter": "Easter",
    "early may bank holiday": "May Day",
    "may day bank holiday": "May Day",
    "spring bank holiday": "Spring Bank Holiday",
    "late may bank holiday": "Spring Bank Holiday",
    "summer bank holiday": "Late Summer Bank Holiday",
    "late summer bank holiday": "Late Summer Bank Holiday",
    "august bank holiday": "Late Summer Bank Holiday",
    "late august bank holiday": "Late Summer Bank Holiday",
}
LOOSE_NAMES = frozenset({"christmas", "xmas", "easter"})  # also the name of a season: "the Christmas party" is no date
FESTIVITIES = _set(
    "party parties fair fairs market fete lunch dinner meal tea tree lights card cards break holiday holidays raffle carol carols "
    "concert event eve week weekend term play show pudding hamper hampers present presents hunt egg eggs service club do disco "
    "bazaar trip appeal"
)

# Words of everyday English that, in small letters, are a day or a month only where something else says so.
ALSO_WORDS = frozenset({"may", "march", "mar", "sun", "sat", "wed"})

# What makes the date after it a day to do something by, and what merely leads to a date.
DEADLINES = (
    r"(?:(?:on|by) or )?(?:by|before)(?: (?:the )?(?:end|close) of(?: (?:the )?(?:day|play|business)(?: on)?)?| or on)?",
    r"(?:by )?(?:cop|cob|eod)(?: on)?",
    r"(?:no|not) later than|by (?:the )?latest|(?:at )?(?:the )?latest by",
    r"due(?: by| on| before)?",
    r"(?:deadline|closing date)(?: is|:)?",
)
LEADING = ("on", "until", "till", "til", "for", "around", "towards?", "(?:first|1st) thing(?: on)?")

# What stands before a date that is no day to do something by: it comes from there, is about it, or happens again and again.
NOT_DUE = _set(
    "since after of last every each past from about re regarding concerning between not never except than dated born alternate "
    "most previous following preceding other once twice times w/c w/e commencing beginning ending starting weekly monthly later "
    "earlier"
)
# What can't be left behind by a date that has no preposition of its own.
NOT_BARE = _set(
    "to and or & at with as into is was are through via a an our their my your his her its this that new early late mid end half "
    "start towards toward near nearer roughly approx approximately circa middle beginning second third fourth fifth last next "
    "first holiday by in within during over throughout on for until till before"
)
UNITS = _set("day days week weeks weekend weekends fortnight fortnights month months year years night nights")
# What is counted by the number of a day: "by the 1st team" is no date.
COUNTED = _set(
    "of floor team class aid hand party world edition time person one group meeting lesson week year half quarter birthday "
    "anniversary century avenue street road place prize draft version stage phase part round battalion form house door row table"
)
# How somebody or something is until a day, which says nothing of when the thing is to be done.
STATES = _set("away off out closed shut open leave holiday here there back busy free available valid unavailable sick maternity ill booked")
# Who did something, and what, before a day: it lies in the past.
PAST = re.compile(
    r"\b(?:we|they|he|she|who|which|that|i|you|it) (?:\w+ed|met|came|saw|held|ran|had|did|went|said|told|got|gave|took|made|sent|wrote|"
    r"found|heard|spoke|was|were|learnt|began|led|brought|bought|won|lost|put)\b",
    re.IGNORECASE,
)
# Days with a name of their own, by what stands before the day of the week.
FESTIVE = _set(
    "remembrance whit palm mothering ash shrove maundy black good easter super cyber low trinity holy spy advent plough ruby mad "
    "fat rogation passion passiontide business giving blue manic bloody pancake sheffield holiday pentecost ascension"
)
# What a number with a stroke belongs to when it is no date.
LABELS = _set(
    "room rooms flat unit house page pages no number item table section box ref reference case version code phone tel extension "
    "line form part block plot bus route step stage grade score scored won lost vote score: ratio size bay door desk seat lot hall "
    "suite"
)

MONTH = "(?:" + "|".join([*MONTHS, "Sept", *(name[:3] for name in MONTHS if name != "May")]) + ")"
WEEKDAY = "(?:" + "|".join(WEEKDAYS) + "|Tues|Tue|Weds|Wed|Thurs|Thur|Thu|Mon|Fri|Sat|Sun)"
STOP = r"(?:\.(?= (?-i:[a-z\d])))?"  # of a shortened word; one that may end the sentence stays
THIS_TIME = r"(?:(?:at |about |around )?(?:this|(?:the )?same) time )"
TIME_OF_DAY = r"(?: (?:morning|afternoon|evening|night|lunchtime|lunch|teatime|midday|noon|am|pm))?"
BEFORE = rf"(?<![\w£$€#./@'’–-])(?=\w)(?:(?:some|any) ?time )?(?:(?P<prep>{'|'.join((*DEADLINES, *LEADING))}) )?(?P<the>the )?"
AFTER = rf"{TIME_OF_DAY}(?: (?:at the (?:very )?|at )?latest)?(?: or (?:sooner|earlier|before))?(?![\w£%]|['’]\w|[-/–.]\w)"

# Where what is said about a date's surroundings ends: at a stop, or at a word that starts something new.
CLEAN_END = re.compile(
    r"(?=\s*(?:\Z|[,;:!?)\]–—\0]|\.+(?:\s|\Z)|- |"
    r"(?:about|and|at|because|but|if|in|re|so|then|to|via|when|while|with|by|unless|once|for|from|the|\d{1,2}(?:[.:]\d\d)?(?:am|pm)|\d{1,2}:\d\d)\b))",
    re.IGNORECASE,
)
STRICT_END = re.compile(r"(?=\s*(?:\Z|[,;:!?)\]–—\0]|\.+(?:\s|\Z)|- |(?:at|so|to|with|about)\b))", re.IGNORECASE)
YEAR = rf"(?:,? (?P<year>(?:19|20|21)\d\d|['’‘]\d\d|\d\d(?!:\d){STRICT_END.pattern}))?"
FULL_YEAR = r"(?:,? (?P<year>(?:19|20|21)\d\d|['’‘]\d\d))?"
COUNT = r"(?P<count>\d{1,6}|a couple of|an?|" + "|".join(_SMALL) + ")"


# What a slip can be told from other words in: "Marsh" and "Jane" are no months.
_LONG_NAMES = ("tomorrow", *(name.lower() for name in (*WEEKDAYS, *MONTHS) if name not in ("March", "May", "June", "July")))
_PERHAPS_MISSPELT = re.compile(
    r"\b(?:by|before|on|until|till|next|this|\d{1,2}(?:st|nd|rd|th)?(?: of)?) (?P<name>[A-Za-z]{5,})", re.IGNORECASE
)


def is_misspelt(word: str) -> bool:
    """Whether a word is nearly a day or a month: "Febuary", "Wensday"."""
    return any(0.75 <= OSA.normalized_similarity(word.lower(), name) < 1 for name in _LONG_NAMES)


def misspelt(text: str) -> str:
    """The first words that would lead to a date, were it spelt rightly; "" if there are none."""
    return next((found[0] for found in _PERHAPS_MISSPELT.finditer(text) if is_misspelt(found["name"])), "")


def words_of(*words: str) -> str:
    return "(?:" + "|".join(words) + ")"


# What right after a date shows that more of it stands there than was read.
_SCRAPS = (
    r"weeks?|weekend|fortnights?|months?|years?|day|eve|next(?! to| door)|"
    r"holidays?|bank holiday|half[ -]term|term|of|onwards?|last|gone|past|ago",
    r"(?:after|before) (?:next|last)|(?:after|before|following) (?:the )?(?:christmas|xmas|easter|new year|half|bank|agm|holiday)",
    r"or (?:so|two|more|three)|and a half|\d{1,2}(?:st|nd|rd|th)|['’‘]\d\d|\d{4}",
    rf"(?:the )?\d{{1,2}} (?:of )?{MONTH}|\d{{1,2}}[/.]\d{{1,2}}",
)
SCRAP = re.compile(rf"[ (]*(?:{'|'.join(_SCRAPS)})\b", re.IGNORECASE)

_NO_LABEL = "".join(f"(?<!{label} )" for label in sorted(LABELS))
_STRETCH = r"(?:day|wk|mth|week|weekend|fortnight|month|quarter|term|year|spring|summer|autumn|winter)"
_SURE_MONTHS = "|".join(name for name in MONTHS if name.lower() not in ALSO_WORDS)
_LED = r"(?:by|before|until|till|on|over|at|for|after|since|in time for|this|next|during)"
_LOOKS = (
    rf"(?:(?:{'|'.join(sorted(FESTIVE))}) )?(?:{'|'.join(WEEKDAYS)})(?:['’]?s)?",
    r"(?:mon|tues|weds|thurs|fri)",
    r"(?-i:(?<=[\w,] )(?:Tue|Wed|Thu|Thur|Sat|Sun))",
    rf"(?:{_LED}|in|from|of|about|re|the|end|mid|early|late|start|beginning|middle|last)[ -](?:{_SURE_MONTHS}|(?-i:{MONTH}))"
    r"(?: bank holiday| half[ -]term| day)?",
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? ?(?:[-–/&,]|to|and|or) ?)?\d{{1,2}}(?:st|nd|rd|th)?(?: of)?[ -]?(?-i:{MONTH})",
    rf"(?-i:{MONTH}) (?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)?|\d{{4}})",
    rf"{_NO_LABEL}\d{{1,2}}(?P<sep> ?[/.-] ?)\d{{1,2}}(?P=sep)(?:\d{{4}}|\d\d)",
    r"\d{4}-\d\d-\d\d",
    rf"(?:by|before|on|until|till) \d{{1,2}}/\d{{1,2}}{STRICT_END.pattern}",
    rf"{_NO_LABEL}(?!24/7)\d{{1,2}}/\d{{1,2}}{STRICT_END.pattern}",
    rf"(?:on|for) (?:the )?\d{{1,2}}(?:st|nd|rd|th){STRICT_END.pattern}",
    r"(?:by|before|until|till|\Aon) (?:the )?\d{1,2}(?:st|nd|rd|th)",
    rf"(?:the )?\d{{1,2}}(?:st|nd|rd|th){STRICT_END.pattern}",
    rf"(?:by|before|on|until|till) (?:the (?:\d{{1,2}}|{'|'.join(DAY_WORDS)})|\d{{1,2}}[.-](?:0?[1-9]|1[0-2])){STRICT_END.pattern}",
    r"(?:tomorrow|today|tonight|yesterday|midweek|mid-week|tom+or+ow|tomoz|tmrw|2moro(?:w)?)",
    rf"(?:in|within|after|for|few|couple of|\d+|{'|'.join(_SMALL)}|every|each|alternate|other|last|past) {_STRETCH}s?",
    rf"(?:in|within) (?:[\w-]+ ){{1,4}}{_STRETCH}s?",
    r"(?:in|within) \d+ ?(?:days?|wks?|mths?|weeks?|months?)",
    r"this (?:morning|afternoon|evening)",
    rf"(?:this|next|following|coming) (?:financial |tax |school |bank )?(?:{_STRETCH}|holidays?)",
    rf"{_STRETCH}s? (?:on|from|after|before|ago|commencing|beginning|ending|starting)",
    rf"(?:once|twice|times) an? {_STRETCH}",
    r"w/[ce]",
    r"(?:half[ -]term|term[ -]time|(?:month|year|quarter)[ -]end)",
    r"(?:end|start|beginning|middle|close) of (?:(?:the|this|next|our|financial|tax|school|calendar|summer|autumn|spring) )*"
    rf"(?:{_STRETCH}|half[ -]term|season|holidays?|play|business)",
    rf"(?:by|before|until|till|in|over|at) the (?:new year|weekend|holidays?|{_STRETCH})",
    r"(?:by|before|until|till) (?:the |our |their )?(?:next )?(?:AGM|annual general meeting|meeting)",
    r"(?:by|before|until|till|in|over|this|next) (?:spring|summer|autumn|winter|new year)",
    rf"{_LED} (?:christmas|xmas|easter|whitsun|pentecost|lent|advent|halloween|harvest|new year)(?: day| eve)?",
    r"(?:(?:mother|father|valentine|new year|st\.? \w+)['’]?s|christmas|xmas|boxing|may|pancake|remembrance|armistice|VE) (?:day|eve)",
    r"(?:bank holiday|bonfire night|burns night|hogmanay|diwali|divali|eid|ramadan|hanukkah|chanukah|passover|vaisakhi|halloween)",
    r"Q[1-4]|(?-i:EO[DWY]|COP|COB)",
)
LOOKS = re.compile(rf"(?<![\w£$€#./@'’–-])(?:{'|'.join(_LOOKS)})(?![\w%]|['’]s)", re.IGNORECASE)
