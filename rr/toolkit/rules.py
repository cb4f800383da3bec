"""The words of the toolkit: phases of a session (domain 5.1), where an activity works, and when a recipe is used."""

from rr.labels import Labelled


class Phase(Labelled):
    """What a part of a session is for, in the order in which sessions usually take them."""

    OPEN = "open", "Opening", "waving_hand"
    REFLECT = "reflect", "Looking back", "history_edu"
    EXPLORE = "explore", "Exploring", "explore"
    FUTURE = "future", "Looking ahead", "wb_twilight"
    PRIORITISE = "prioritise", "Choosing", "how_to_vote"
    ACT = "act", "Planning actions", "flag"
    CLOSE = "close", "Closing", "celebration"
    BREAK = "break", "Break", "coffee"


class DeliveryMode(Labelled):
    """Of an activity: where it works. Of a request or session: where it will be, EITHER while that isn't settled."""

    EITHER = "either", "In person or online"
    IN_PERSON = "in_person", "In person"
    ONLINE = "online", "Online"


class When(Labelled):
    """When a recipe is used. They are asked in this order, and the first that is true counts."""

    FOLLOW_UP = "follow_up", "After a first session"
    ONLINE = "online", "When they want to meet online"
    NEWCOMERS = "newcomers", "When a third or more are new"
    OTHERWISE = "otherwise", "When nothing else applies"
