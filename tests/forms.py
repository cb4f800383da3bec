"""How tests look at a form: what stands below its fields."""

from typing import Any


def beside(page: Any, key: str) -> str:
    """What was refused about the field with this key: the sentence right below it, without its marks; "" if there is none."""
    elements = [element for element in page._tree if hasattr(element, "type") and not hasattr(element, "children")]
    place = next(number for number, element in enumerate(elements) if getattr(element, "key", None) == key)
    below = elements[place + 1] if place + 1 < len(elements) else None
    words = below.value if getattr(below, "type", "") == "markdown" else ""
    return plain(words.removeprefix(":red[:material/error: ")) if words.startswith(":red[:material/error: ") else ""


def plain(words: str) -> str:
    return words.replace("]", "").replace(":red[", "").replace("\\", "")
