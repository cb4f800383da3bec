"""Which column of a file answers which question, and which comes first in its dates: shown, corrected, and remembered under a name."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from rr.intake.imports.columns import LABELS
from rr.intake.imports.mappings import commands
from rr.intake.imports.mappings.drafts import MappingDraft
from rr.intake.imports.mappings.rules import Choices, SavedMapping
from rr.ui.kit.act import act
from rr.ui.kit.form import forget, form_for
from rr.ui.kit.markdown import plain

SEVERAL = ("name", "topics")  # what may be spread over several columns
NO_COLUMN = "No column"
DAY_OR_MONTH = {True: "The day: 3 April", False: "The month: 4 March"}

Use = Callable[[Choices], None]


def day_or_month(choices: Choices, examples: Sequence[str], use: Use) -> None:
    """Ask which comes first in dates that can be read as two days. Asked once for the whole file."""
    if not examples and choices.day_first is None:
        return

    def save() -> None:
        use(Choices(choices.columns, st.session_state["imports_day_first"]))

    options = list(DAY_OR_MONTH)
    st.radio(
        "In dates such as 03/04/2024, which comes first?",
        options,
        index=None if choices.day_first is None else options.index(choices.day_first),
        format_func=DAY_OR_MONTH.__getitem__,
        key="imports_day_first",
        horizontal=True,
        on_change=save,
    )


def columns(
    headers: Sequence[str], found: Mapping[str, Sequence[str]], choices: Choices, saved: SavedMapping | None, use: Use, *, needed: bool
) -> None:
    """A panel with a choice of columns for each question, on what was found. `needed`: nothing can be read before somebody chooses."""
    panel = st.expander(
        "Choose the columns" if needed else "Columns of the file", expanded=needed, key="imports_columns", icon=":material/view_column:",
        on_change="rerun",
    )  # fmt: skip
    form = form_for(MappingDraft, "imports", name="imports_mapping")
    if not (panel.open or needed):
        forget(form)
        return
    with panel:
        if needed:
            st.caption("A file can be read once its date, the area or a name, and an e-mail address or a phone number have a column.")
        if saved is not None:
            _remembered(saved, use)
        with form.fields():
            left, right = st.columns(2)
            for at, (name, label) in enumerate(LABELS.items()):
                with right if at % 2 else left:
                    _choice(name, label, headers, found.get(name, ()))
            form.text("name", key="mapping_name")

            def save() -> None:
                chosen = {name: _chosen(name) for name in LABELS}
                said = Choices({name: named for name, named in chosen.items() if named}, choices.day_first)
                wanted = form.values()["name"]
                if wanted and not act(
                    commands.save_mapping, wanted, said.columns, headers, day_first=said.day_first, form=form, done="Columns remembered."
                ):
                    return
                use(said)

            form.submit("Use these columns", save, key="columns_save")


def _choice(name: str, label: str, headers: Sequence[str], found: Sequence[str]) -> None:
    label = plain(label)
    key = f"imports_column_{name}"
    if name in SEVERAL:
        st.multiselect(label, headers, default=list(found), key=key, placeholder=NO_COLUMN)
        return
    options = ["", *headers]  # a choice that stands can't be emptied otherwise
    st.selectbox(label, options, index=options.index(found[0]) if found else 0, key=key, format_func=lambda one: one or NO_COLUMN)


def _chosen(name: str) -> tuple[str, ...]:
    value = st.session_state.get(f"imports_column_{name}")
    return tuple(value) if isinstance(value, list) else (value,) if value else ()


def _remembered(saved: SavedMapping, use: Use) -> None:
    def forget_mapping() -> None:
        if act(commands.forget_mapping, saved.id, done=f"“{saved.name}” is forgotten."):
            use(Choices())

    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"These columns are remembered as **{plain(saved.name)}**.")
        st.button("Forget them", key="imports_forget", icon=":material/delete:", on_click=forget_mapping)
