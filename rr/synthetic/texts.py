"""Invented sentences, composed of parts so that thousands differ: what people ask for, decide, plan and say.

A name in braces in a sentence or a part stands for any of the parts of that name.
"""

import random
import re
from collections.abc import Sequence

from rr.plans.rules import ActionStatus
from rr.sessions.rules import CaptureKind
from rr.synthetic.names import STREETS


def _phrases(text: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in text.split(";")]


PARTS: dict[str, Sequence[str]] = {
    "street": STREETS,
    "building": _phrases(
        """
        the community centre; the old chapel; the church hall; the scout hut; the library; the school hall; the pavilion; the
        former bank; the working men's club; the shop on {street}; the health centre; the youth club; the Methodist church; the
        hall on {street}; the bowls club; the children's centre; the fire station; the market hall; the mosque; the gym
        """
    ),
    "green": _phrases(
        """
        the community garden; the park; the playing field; the allotments; the woodland; the canal bank; the orchard; the green
        behind {street}; the play area; the skate park; the pond; the recreation ground; the old railway line
        """
    ),
    "people": _phrases(
        """
        young people; older neighbours; parents; new members; volunteers; tenants; carers; families; people who work shifts;
        people new to the area; residents of {street}; small traders; people who live alone; teenagers; allotment holders; dads;
        asylum seekers; people with a disability; the under-fives and their parents; school leavers
        """
    ),
    "partner": _phrases(
        """
        the council; the housing association; the primary school; the parish council; the locally trusted organisation; the food
        bank; the police team; the GP practice; the college; the credit union; the councillor for the ward; the museum; the
        football club; the church; the tenants' association; the canal trust; the university
        """
    ),
    "event": _phrases(
        """
        the summer fair; an open evening; a street party; the lantern parade; a film night; a story day; the winter market; a
        litter pick; a repair evening; a shared lunch; an open garden day; a sports day; a quiz; a careers fair; an iftar; a
        walk round the area; a bulb-planting day; a swap shop; a craft fair; a community theatre evening
        """
    ),
    "group": _phrases(
        """
        the youth group; the lunch club; the garden group; the walking group; the choir; the toddler group; the hall group; the
        history group; the football team; the repair café; the English class; the newsletter group; the job club
        """
    ),
    "thing": _phrases(
        """
        the newsletter; the website; the noticeboard; the small grants; the minibus; the kitchen; the map of the area; the
        welcome pack; the booking system; the bank account; the photograph album; the volunteer rota; the tool library
        """
    ),
    "many": [str(number) for number in range(4, 120)],
    "room": [str(number) for number in range(1, 10)],
    "years": _phrases("two; three; four; five; six; seven; eight; nine; ten; eleven"),
    "month": _phrases("January; February; March; April; May; June; July; August; September; October; November; December"),
    "day": _phrases("Monday; Tuesday; Wednesday; Thursday; Friday; Saturday"),
    "officer": _phrases(
        """
        the chair; the vice chair; the treasurer; the secretary; the worker; the bookkeeper; the oldest member
        """
    ),
}
REQUEST_BEGINS = (
    "We have been at it for {years} years and have never stopped to look at what we have done.",
    "Half of us joined in the last year, and the other half are tired.",
    "{building} is ours from {month}.",
    "Our meetings have become lists of payments.",
    "We are {years} residents and a part-time worker.",
    "Our money ends in {month}, and nobody has said out loud what that means.",
    "{officer} left in {month}, and a lot of knowledge went too.",
    "Since {event} we have had more offers of help than we can use.",
    "Working with {partner} has become hard.",
    "We started {group} {years} years ago and it has outgrown us.",
    "There is a good plan on paper, and it is not being used.",
    "Last year went into {green}, and everything else waited.",
    "We are proud of {thing} and nobody outside {street} knows about it.",
)
REQUEST_WISHES = (
    "We would like somebody from outside to help us see it clearly.",
    "We want to hear the story so far and agree what matters in the time that is left.",
    "We need a plan for {building} that does not depend on two people.",
    "We want to talk about the place again, not only about money.",
    "We want to bring in {people} and do not know how to start.",
    "We need to decide whether to carry on with {partner}.",
    "We would like to agree who carries on with {group} and with {thing}.",
    "We want to celebrate, say goodbye to some of us properly, and plan the rest.",
    "Could you help us tell {partner} what we have learnt?",
    "We want {people} to have a real say in what happens to {green}.",
    "We need help to talk about {thing} without falling out.",
    "We hope to leave with four or five things that we can really do by {month}.",
)
REQUEST_ENDS = (
    "",
    "",
    "{day} evenings suit us best.",
    "Some of us are shy in large groups.",
    "We can use {building}.",
    "Please bring somebody who listens.",
    "We have not done anything like this before.",
    "About {years} of us would come if there is food.",
    "We would rather not meet in {month}.",
)
ACTIONS = (
    "Ask {partner} about the lease of {building}",
    "Hold {event} at {building}",
    "Hold {event} with {people} in {month}",
    "Write down how {thing} is run, and who could take it over",
    "Invite {people} to {event}",
    "Find a new home for {group} before {month}",
    "Count who uses {building}, and for what, for one month",
    "Agree in writing what {partner} does and what we do",
    "Put a notice about {thing} through every door on {street}",
    "Visit another area that runs {thing} and ask how they pay for it",
    "Start a monthly meeting with {partner} about {green}",
    "Ask {people} what they would like to happen at {green}",
    "Work out what {building} costs for a year",
    "Train {years} volunteers to look after {green}",
    "Make a short film about {group}",
    "Open {building} to {people} on {day} mornings",
    "Apply to {partner} for the cost of {thing}",
    "Give every new member a partner from {group}",
    "Move the meeting to {day} so that {people} can come",
    "Set up {thing} so that three people can use it",
    "Plan how {group} carries on without our money",
    "Mend the fence and the gate at {green}",
    "Thank everybody who helped with {event}",
    "Choose a legal form for {group} with advice from {partner}",
)
FIRST_STEPS = (
    "Ring {partner}",
    "Offer three dates in {month}",
    "Ask {group} who would help",
    "Put a sheet up at {building}",
    "Draw up a list of six to choose from",
    "Find the papers about {building}",
    "Ask at the school gate on {day}",
    "Measure up with {officer}",
    "Write the first page and show it to {people}",
    "Ask {officer} for last year's figures",
    "Walk down {street} and knock on doors",
    "Book {building} for a {day}",
)
LINES: dict[CaptureKind, Sequence[str]] = {
    CaptureKind.ACHIEVEMENT: (
        "{event}: {many} people came, and {people} ran a part of it.",
        "{years} years of {green}, and not one season missed.",
        "We kept {building} open on {day}s.",
        "{group} now runs without us.",
        "{many} people have been through our first aid course.",
        "{partner} listens to us since {event}.",
        "{thing} has reached every door on {street} for {years} years.",
        "{people} chose what happened at {green}.",
    ),
    CaptureKind.IDEA: (
        "{event} at {green}, with {people}.",
        "Ask {partner} whether {people} could film our story.",
        "A bench on {street} with the name of the estate on it.",
        "Swap one meeting in three for {event}.",
        "Lend {thing} to {group}.",
        "A shared calendar in the window of {building}.",
        "Walks from {building} to {green} that show what has changed.",
    ),
    CaptureKind.DECISION: (
        "Meetings start with ten minutes of good news from {group}.",
        "Nobody chairs more than three meetings in a row.",
        "We carry on with {thing} on paper.",
        "Money for {green} stays as it is until {month}.",
        "{officer} speaks for us with {partner}.",
        "We meet at {building}, on a {day}.",
        "New members sit beside somebody from {group} for their first three meetings.",
    ),
}
UPDATES: dict[ActionStatus, Sequence[str]] = {
    ActionStatus.STUCK: (
        "We wait for {partner} to answer.",
        "Nobody can do it alone; somebody from {group} would help.",
        "The quote for {building} was twice what we thought.",
        "{officer} has been ill since {month}.",
        "{partner} wants it in writing, and we don't know how to put it.",
        "We can't find a day on which {people} are free.",
    ),
    ActionStatus.DONE: (
        "{many} people came, and six offered to help.",
        "It is signed, and {partner} has a copy.",
        "{building} is full every {day} now.",
        "{people} look after it themselves.",
        "We raised £{many}0, and {group} bought what it needed.",
        "{partner} asked us to do it again in {month}.",
    ),
    ActionStatus.DROPPED: (
        "{partner} does it now.",
        "We chose to do fewer things well.",
        "{group} has stopped, so it isn't needed.",
        "Nobody wanted it once {building} was open.",
    ),
}
NEEDS = (
    "Advice on the lease of {building}",
    "Somebody to look at our accounts before {month}",
    "Training for new trustees of {group}",
    "Help with a funding bid for {green}",
    "A mediator for two meetings with {partner}",
    "A youth worker for one evening a week at {building}",
    "Somebody who has run {thing} before",
    "A legal adviser for half a day",
    "A survey of the roof of {building}",
    "Help to reach {people}",
    "A designer for {thing}",
    "Planning advice for {green}",
)
NOTES = (
    "They are best rung before noon on a {day}.",
    "Ask for {officer}; the others don't answer e-mails.",
    "The key of {building} is with {officer}.",
    "{partner} has changed the person who looks after them.",
    "They were let down by {partner} and are careful now.",
    "{officer} prefers letters to e-mail.",
    "They are proud of {green}: ask about it first.",
    "Parking at {building} is difficult after six.",
    "{group} meets in the room next door and can be loud.",
)
DECISIONS = (
    "A good talk with {officer}.",
    "They know what they want: {building} first.",
    "{officer} will ask {people} and ring back.",
    "They would like a {day} in {month}.",
    "We agreed that this is the right time.",
    "Spoke to {officer}; {partner} knows about it too.",
)
REVIEWS = (
    "A good call. They are proud of {green}.",
    "{officer} did most of the talking; next time with {people} too.",
    "They are tired, and pleased with {event}.",
    "Short of people since {month}, but {group} is going well.",
    "They want to talk about {building} next time.",
)
PLACES = ("{building}, main hall", "{building}, upstairs", "{building}, room {room}", "{building}, {street}", "{building}")
ACCESS_NEEDS = ("A hearing loop", "Step-free from {street}", "Large print for {officer}", "A quiet room", "A signer on {day}s", "Childcare")
PROMPTS = ("A newsletter", "{partner} told us", "We heard of it at {event}", "Another area", "The website", "Our area coordinator")
CANCELLED = ("{building} was flooded.", "Too few could come on a {day}.", "{officer} was ill.", "It clashed with {event}.")

_PART = re.compile(r"\{(\w+)\}")


def compose(rng: random.Random, sentences: Sequence[str]) -> str:
    """One of the sentences with its parts filled in. It begins with a capital."""
    text = rng.choice(sentences)
    while "{" in text:
        text = _PART.sub(lambda found: rng.choice(PARTS[found[1]]), text)
    return text[:1].upper() + text[1:]


def request_words(rng: random.Random) -> str:
    """What a partnership asks for, in two or three sentences."""
    sentences = (compose(rng, part) for part in (REQUEST_BEGINS, REQUEST_WISHES, REQUEST_ENDS))
    return " ".join(filter(None, sentences))


def note_words(rng: random.Random) -> str:
    """What somebody notes about a partnership, in one sentence or two."""
    return " ".join(compose(rng, [sentence]) for sentence in rng.sample(NOTES, rng.randint(1, 2)))
