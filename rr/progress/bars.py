"""Charts of horizontal bars that carry their own labels, in the theme's palette, with a meaning for each colour: made, not drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import altair as alt

# The theme's chart colours in their order, and what each means on every page. Words stand beside every bar: a colour is never alone.
MEANS = ("done", "stuck", "waits", "going_well", "dropped", "not_started")  # teal, marigold, coral, blue, violet, sage
ROW, BAR = 46, 16  # pixels: a row with its label above, and the bar in it
LETTER = 0.035  # of the width that is left on a phone: what one letter takes


@dataclass(frozen=True)
class Bar:
    """A bar, or with `parts` a stacked one: (what the colour means, how many). The label says what the parts are."""

    code: str
    label: str
    number: str
    parts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.parts)


def bar(code: str, label: str, count: int, means: str = "done") -> Bar:
    """A bar of one colour."""
    return Bar(code, label, f"{count:,}", ((means, count),))


def part_bar(code: str, label: str, total: int, part: int, words: str, *, rest: str) -> Bar:
    """A bar of which a part is done: "2 of 5 done". `rest` is what the colour of the other part means."""
    return Bar(code, label, f"{part:,} of {total:,} {words}", (("done", part), (rest, total - part)))


def spec(bars: Sequence[Bar]) -> dict[str, Any]:
    """The finished chart of these bars, top to bottom: plain data, ready to be cached and drawn."""
    rows = [
        {
            "code": each.code,
            "place": place,
            "part": part,
            "means": means,
            "count": count,
            "total": each.total,
            "label": each.label,
            "number": each.number,
            "name": each.label if part == 0 else "",  # written once, beside the first part
            "end": each.number if part == 0 else "",
        }
        for place, each in enumerate(bars)
        for part, (means, count) in enumerate(each.parts)
    ]
    longest = max((each.total for each in bars), default=0) or 1
    letters = max((len(each.number) for each in bars), default=0)
    room = {"scale": {"domain": [0, longest * (1.05 + letters * LETTER)]}}  # for the words at the end of the longest bar
    shape = _shape()
    layers = [
        {
            **layer,
            "encoding": {**layer["encoding"], **({"x": {**layer["encoding"]["x"], **room}} if "field" in layer["encoding"]["x"] else {})},
        }
        for layer in shape["layer"]
    ]
    return {**shape, "layer": layers, "data": {"values": rows}, "height": max(len(bars), 1) * ROW}


@cache
def _shape() -> dict[str, Any]:
    """The chart without its data; made once, since Altair takes ten milliseconds for each."""
    base: Any = alt.Chart(alt.NamedData("rows")).encode(y=alt.Y("place:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0)))
    picked = alt.selection_point(name="bar", fields=["code"], toggle=False)
    marks = (
        base.mark_bar(size=BAR, cornerRadius=4, yOffset=10, cursor="pointer")
        .encode(
            x=alt.X("count:Q", axis=None, stack="zero"),
            color=alt.Color("means:N", scale=alt.Scale(domain=list(MEANS)), legend=None),
            order=alt.Order("part:Q"),
            tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("number:N", title="  ")],
        )
        .add_params(picked)
    )
    names = base.mark_text(align="left", baseline="middle", dy=-12, fontSize=14, limit=1000).encode(x=alt.value(0), text="name:N")
    numbers = base.mark_text(align="left", baseline="middle", dx=6, dy=10, fontSize=14, fontWeight=600).encode(
        x=alt.X("total:Q", axis=None), text="end:N"
    )
    made = alt.layer(marks, names, numbers).configure_view(stroke=None).to_dict(validate=False)
    return {name: value for name, value in made.items() if name not in ("data", "datasets")}
