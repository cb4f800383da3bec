"""What people send us at first: a sign-up, by whatever way it comes, and what is written down during a phone call."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Self

from rr import contact_details
from rr.base import LINE, LONG, clean
from rr.drafts import BaseDraft, FormField, field
from rr.errors import Invalid
from rr.intake import cleaning
from rr.intake.cleaning import ANY_LENGTH, MOST_PEOPLE, Understood
from rr.intake.rules import Format, PartnershipKnows
from rr.partnerships.rules import ContactRole

REACH = ("email", "phone")  # at least one of the two, or nobody can reply
NO_WAY_TO_REACH = "Enter an e-mail address or a phone number, so that we can reach you."
NO_CONSENT = "It isn't given. Reply to what they asked, and ask before anything else."
ASKED_LATER = frozenset({"prompted_by", "partnership_knows", "consent_share"})  # than the forms were made from which exports come

Fit = Callable[[str, int], tuple[str, str]]  # of words that are too long and their limit: what is kept of them, and a remark


def _number(label: str, **said: Any) -> Any:
    wrong = f"Enter a number from 0 to {MOST_PEOPLE:,}."
    return field(label, LINE, cleaner=cleaning.whole_number, least=0, most=MOST_PEOPLE, wrong=wrong, **said)


def _consent(label: str, **said: Any) -> Any:
    return field(label, cleaner=partial(cleaning.consent, label=label), **said)


class SignUpDraft(BaseDraft):
    """A sign-up, as far as it was understood. `people_text` and its like hold the words that were written for `people`.

    A field with `headers`, under which exports of the form call it (as `plain_header` makes them), is a question of the form. `cleaner`
    gives an `Understood`: what it can't understand is kept as words and remarked, and only a slip in REACH is refused. Make it by
    `understand()` from what a person sends, who can still put it right, and by `keep()` where nobody can be asked. Both read an answer
    that is a text as people write it. They take an `Understood` as it is (of the topics, which only the database knows).
    """

    area_text: str = field(
        "Big Local area",
        LINE,
        short="Area",
        hint="The name that people use is enough.",
        missing="Enter the name of your Big Local area.",
        headers=("big local area", "area", "area name", "your area", "your big local area", "big local partnership", "partnership"),
    )
    name: str = field(
        "Your name",
        LINE,
        short="Name",
        missing="Enter your name.",
        headers=("your name", "name", "full name", "your full name", "contact name"),
    )
    role: ContactRole | None = field(
        "Your role in the partnership",
        LINE,
        short="Role",
        hint="If you have several, choose the one you use most.",
        placeholder="Choose a role",
        cleaner=cleaning.role,
        headers=("your role in the partnership", "role", "your role", "role in the partnership", "role in partnership"),
    )
    role_text: str = field("What is your role, if it is another one?", LINE, short="Role")
    email: str = field(
        "Email",
        LINE,
        short="E-mail",
        hint="We only use it to talk with you about your sign-up.",
        wrong="Enter a full e-mail address, like name@example.org.",
        cleaner=cleaning.email,
        headers=(
            *("email", "email address", "e mail", "e mail address", "your email", "your email address", "contact email"),
            "email enter email",
        ),
    )
    phone: str = field(
        "Phone",
        LINE,
        hint="A landline or a mobile number. Leave it empty if you would rather write.",
        wrong="Enter a phone number, like 01632 960001 or 07700 900982.",
        cleaner=cleaning.phone,
        headers=(
            *("phone", "phone number", "telephone", "telephone number", "tel", "mobile", "mobile number", "your phone number"),
            "contact number",
        ),
    )
    phone_text: str = field("Phone, as it was written", LINE, short="Phone")
    words: str = field(
        "Tell us about the support you are looking for",
        LONG,
        short="Support wanted",
        hint="A few lines in your own words: what is going on, and what a good result would be.",
        missing="Tell us in a few words what support you are looking for.",
        headers=("tell us about the support you are looking for", "support wanted", "support you are looking for"),
    )
    prompted_by: str = field(
        "What prompted you to sign up now?",
        LONG,
        short="Prompted by",
        headers=("what prompted you to sign up now", "what prompted this", "prompted by", "what prompted you to get in touch", "why now"),
    )
    topics: tuple[str, ...] = field(
        "What would you like to focus on?",
        short="Focus",
        hint="Choose all that fit.",
        headers=("what would you like to focus on", "focus", "main focus", "topics", "topic", "what do you want to focus on"),
    )
    people: int | None = _number(
        "How many people would take part?",
        short="Participants",
        hint="A rough number will do.",
        headers=(
            "how many people would take part",
            "participants",
            "number of participants",
            "how many people",
            "people",
            "people taking part",
        ),
    )
    people_text: str = field("Participants, as it was written", LINE, short="Participants")
    newcomers: int | None = _number(
        "New members in the last year",
        short="New members",
        hint="How many people joined the partnership in the last twelve months.",
        headers=("new members in the last year", "new members", "how many new members in the last year", "newcomers"),
    )
    newcomers_text: str = field("New members, as it was written", LINE, short="New members")
    format: Format | None = field(
        "In person or online?",
        short="Format",
        cleaner=cleaning.format_of,
        headers=("in person or online", "format", "in person online or either", "online or in person"),
    )
    access_needs: str = field(
        "Access needs",
        LONG,
        hint="What would help everyone to take part, such as step-free access, a hearing loop or large print. There is no need to say why.",
        headers=("access needs", "access", "access requirements", "accessibility", "venue and access needs"),
    )
    avoid: str = field(
        "Days and times to avoid",
        LONG,
        headers=("days and times to avoid", "avoid", "times to avoid", "days to avoid"),
    )
    partnership_knows: PartnershipKnows | None = field(
        "Does the partnership know that you are signing up?",
        short="Partnership knows",
        hint="It is fine if it does not know yet.",
        cleaner=cleaning.partnership_knows,
        headers=("does the partnership know that you are signing up", "does the partnership know", "partnership knows"),
    )
    consent_contact: bool = _consent(
        "You may contact me about this sign-up",
        short="Consent to be contacted",
        missing="Tick this box, so that we may get in touch with you.",
        headers=("you may contact me about this sign up", "consent", "consent to be contacted", "consent to contact"),
    )
    consent_share: bool = _consent(
        "You may share what I wrote with a support partner",
        short="Consent to share",
        hint="We ask you again before we share anything.",
        headers=(
            "you may share what i wrote with a support partner",
            "consent to share",
            "consent to sharing",
            "share with support partners",
        ),
    )

    @classmethod
    def questions(cls) -> dict[str, FormField]:
        """The fields that the form asks for, by name, in its order."""
        return {name: said for name, said in cls.fields().items() if said.headers}

    @classmethod
    def understand(cls, answers: Mapping[str, Any]) -> tuple[Self, tuple[str, ...]]:
        """The sign-up of somebody who can still put it right, and its remarks. Invalid for what they have to put right."""
        values, remarks, errors = cls._checked(answers)
        cls.refuse(errors)
        return cls.model_construct(**values), remarks

    @classmethod
    def keep(cls, answers: Mapping[str, Any], rest: str = "") -> tuple[Self, tuple[str, ...]]:
        """The sign-up that a row of a file, a call or spam holds, and its remarks. Refuses nothing: what is too long is cut.

        Consent that was asked for and isn't given is remarked. `rest` says where the rest of an answer is that was cut.
        """
        values, remarks, _errors = cls._understood(answers, partial(_cut, rest=rest))
        if "consent_contact" in answers and not values["consent_contact"]:
            remarks.append(f"{cls.fields()['consent_contact'].short}: {NO_CONSENT}")
        return cls.model_construct(**values), tuple(remarks)

    @classmethod
    def read(cls, answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        values, _remarks, errors = cls._checked(answers)
        return values, errors

    @classmethod
    def _checked(cls, answers: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...], dict[str, str]]:
        values, remarks, errors = cls._understood(answers, _refuse_long)
        for name, said in cls.fields().items():
            is_wrong = name in REACH and cleaning.line(answers.get(name))
            if not values[name] and (is_wrong or not said.is_optional):
                errors.setdefault(name, said.wrong if is_wrong else said.missing)
        if len(contact_details.emails(cleaning.text(answers.get("email")))) > 1:  # of phone numbers, all words are kept
            errors["email"] = contact_details.ONE_ADDRESS
        if not any(values[name] or name in errors for name in REACH):
            errors["email"] = NO_WAY_TO_REACH
        return values, tuple(remarks), errors

    @classmethod
    def _understood(cls, answers: Mapping[str, Any], fit: Fit) -> tuple[dict[str, Any], list[str], dict[str, str]]:
        """The value of every field, the remarks in their order, and the sentences of those that can't be taken."""
        cls.refuse_unknown(answers)
        values, remarks, errors = cls.first(), list[str](), dict[str, str]()
        for name, said in cls.fields().items():
            written = answers.get(name)
            if written is None or written is False or written == "":
                continue
            try:
                understood, words, cut = _read(said, written, fit)
            except ValueError as wrong:
                errors[name] = str(wrong)
                continue
            if understood.value is not None:
                values[name] = understood.value
            if f"{name}_text" in values and not answers.get(f"{name}_text"):
                values[f"{name}_text"] = words
            remarks += [f"{said.short or said.label}: {remark}" for remark in (understood.remark, cut) if remark]
        return values, remarks, errors


def _refuse_long(words: str, limit: int) -> tuple[str, str]:
    try:
        return clean(words, limit), ""
    except Invalid as too_long:
        raise ValueError(*too_long.errors.values()) from None


def _cut(words: str, limit: int, rest: str) -> tuple[str, str]:
    return words[:limit].rstrip(), f"Longer than {limit:,} characters, so cut here. {rest}".rstrip()


def _read(said: FormField, written: Any, fit: Fit) -> tuple[Understood[Any], str, str]:
    """What is understood of an answer, the words to keep beside it, and a remark if those were cut."""
    if isinstance(written, Understood):
        return written, "", ""
    if not isinstance(written, str) or written in said.choices or not (said.cleaner or said.kind is str):
        return Understood(replace(said, cleaner=None).read(written)), "", ""
    words = cleaning.text(written) if said.length == LONG else cleaning.line(written, ANY_LENGTH)
    kept, cut = fit(words, said.length) if said.length and len(words) > said.length else (words, "")
    # A cleaner sees the lines too: they part two phone numbers.
    return (said.cleaner(cleaning.text(written)) if said.cleaner else Understood(kept)), kept, cut


_EMAIL = re.compile(r"<?[^\s,;<>()]+@[^\s,;<>()]+>?")
_NUMBERS = re.compile(r"[+(]*\d(?:.*\d)?\)?", re.DOTALL)
_AT_THE_ENDS = " \n\t,;:/–—-()<>"
_KINDS = "tel|telephone|phone|ph|mob|mobile|cell|landline|number|e-?mail"
_CALLED = re.compile(rf"(?:^|[\s,;:/(–—-]+)(?:(?:on|by|at)\s+)?(?:{_KINDS}|on|by|at)[\s:.]*$", re.IGNORECASE)


def told_apart(words: str) -> tuple[str, str, str]:
    """A caller's name, their e-mail address and their phone number, as they stand: "Nia Larkin, 07700 900123". Each may be empty.

    Whatever has a digit in it, from the first to the last, counts as the number, so that none is read in a part of another.
    """
    address = _EMAIL.search(words)
    rest = _without(words, address)
    numbers = _NUMBERS.search(rest)
    name = _without(rest, numbers)
    return name, address[0].strip(_AT_THE_ENDS) if address else "", numbers[0] if numbers else ""


def _without(words: str, found: re.Match[str] | None) -> str:
    """What stands around something that was found, without what that is called."""
    if found is None:
        return words.strip(_AT_THE_ENDS)
    before, after = (words[: found.start()], words[found.end() :])
    before = _CALLED.sub("", before.rstrip(_AT_THE_ENDS))
    after = "" if contact_details.is_label(after) else after
    return " ".join(filter(None, (_at_its_ends(part) for part in (before, after))))


def _at_its_ends(words: str) -> str:
    """Words without the marks around them; one of their own brackets stays closed: "Nia (chair)"."""
    bare = words.strip(_AT_THE_ENDS)
    return f"{bare})" if bare.count("(") > bare.count(")") else bare


def _caller(words: str) -> str:
    name, address, numbers = told_apart(words)
    if not name:
        raise ValueError("Enter the caller's name too.")
    if not (address or numbers):
        raise ValueError("Enter a full phone number or e-mail address too, so that we can get back to them.")
    if numbers and not contact_details.phones(numbers):
        raise ValueError("Check the phone number: it isn't a complete one. Enter it like 07700 900123.")
    if "@" in name or (address and not contact_details.one_email(address)):
        raise ValueError("Check the e-mail address: enter one, like name@example.org.")
    return words


class CallDraft(BaseDraft):
    """What is written down while somebody is on the line."""

    area_text: str = field("Area", LINE, placeholder="The name that they use", missing="Enter the area, as they call it.")
    caller: str = field(
        "Name, and phone number or e-mail",
        LINE,
        short="Name, and how to reach them",
        placeholder="Nia Larkin, 07700 900123",
        missing="Enter who called, and a phone number or e-mail address.",
        cleaner=_caller,
    )
    words: str = field("What did they say?", LONG, short="What they said", missing="Enter what they said. One line is enough.")
    role: ContactRole | None = field("Their role", placeholder="Choose a role, if they said it")
    consent_contact: bool = field("They agree that we may contact them about this", short="Consent to be contacted")
    consent_share: bool = field("They agree that we share what they said with a support partner", short="Consent to share")

    def answers(self) -> dict[str, Any]:
        """The call as answers to the sign-up's questions. Whoever wasn't asked hasn't agreed to more than a reply."""
        name, address, numbers = told_apart(self.caller)
        said = {"email": address, "phone": numbers, "role": self.role, "consent_share": self.consent_share}
        asked = {"area_text": self.area_text, "name": name, "words": self.words, "consent_contact": self.consent_contact}
        return asked | {field: answer for field, answer in said.items() if answer}
