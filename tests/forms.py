"""How tests look at a form: what stands below its fields, and how words get there before they are sent."""

from typing import Any

from streamlit.testing.v1 import AppTest

from tests import rows


def beside(page: Any, key: str) -> str:
    """What was refused about the field with this key: the sentence right below it, without its marks; "" if there is none."""
    elements = [element for element in page._tree if hasattr(element, "type") and not hasattr(element, "children")]
    place = next(number for number, element in enumerate(elements) if getattr(element, "key", None) == key)
    below = elements[place + 1] if place + 1 < len(elements) else None
    words = below.value if getattr(below, "type", "") == "markdown" else ""
    return plain(words.removeprefix(":red[:material/error: ")) if words.startswith(":red[:material/error: ") else ""


def plain(words: str) -> str:
    return words.replace("]", "").replace(":red[", "").replace("\\", "")


def type_into(page: AppTest, **fields: Any) -> AppTest:
    """Type into fields, by their keys, without leaving or sending them: as assets/typed.js tells of it."""
    answered = rows.sent(page, "shell_typed")["answered"]
    sent = [{"number": answered + place, "field": key, "words": words} for place, (key, words) in enumerate(fields.items(), start=1)]
    return rows.send(page, "shell_typed", "typed", sent)


def restored(page: AppTest) -> list[str]:
    """What is said to be restored, by the forms on screen."""
    return [one.value.removeprefix(":material/history: ") for one in page.caption if "Restored" in one.value]
