"""The demonstration's sign-ups: read from their file, with dates moved so that the latest was yesterday."""

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from rr.config import DATA

SignUpRow = dict[str, str]  # a row of the file, by its headers
ANSWERS = {  # a sign-up's fields, by the headers of the file
    "area_text": "Big Local area",
    "email": "Email",
    "phone": "Phone",
    "role": "Your role in the partnership",
    "words": "Tell us about the support you are looking for",
    "prompted_by": "What prompted you to sign up now?",
    "people": "How many people would take part?",
    "newcomers": "New members in the last year",
    "format": "In person or online?",
    "access_needs": "Access needs",
    "avoid": "Days and times to avoid",
}
TOPICS, ENTERED = "What would you like to focus on? (Selected)", "Entry Date"


def read(today: date) -> list[SignUpRow]:
    """All sign-ups, the first one first."""
    with (DATA / "demo" / "sign-ups.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    moved = today - timedelta(days=1) - max(entered(row).date() for row in rows)
    for row in rows:
        row[ENTERED] = str(entered(row) + moved)
    return sorted(rows, key=entered)


def entered(row: SignUpRow) -> datetime:
    """When somebody sent it, as the clocks in London showed."""
    return datetime.fromisoformat(row[ENTERED])


def answers(row: SignUpRow, topics: Mapping[str, str]) -> dict[str, Any]:
    """What somebody answers on our own form. `topics` gives each topic's label by its code."""
    chosen = tuple(code for code, label in topics.items() if label in row[TOPICS])
    name = f"{row['Your name (First)']} {row['Your name (Last)']}"
    return {field: row[header] for field, header in ANSWERS.items()} | {"name": name, "topics": chosen, "consent_contact": True}


def export(rows: list[SignUpRow]) -> bytes:
    """An export of these rows as the website makes it, the latest first."""
    written = io.StringIO()
    writer = csv.DictWriter(written, rows[0], quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(reversed(rows))
    return written.getvalue().encode("utf-8-sig")
