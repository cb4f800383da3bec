"""Faults of one line each that the suite must catch: what is changed where, and the tests that fail then.

`make soak` plants each in a copy of the tree and runs its tests; `make test` sees that the lines and the tests are still there.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.soak.attack import Counts, Options

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("app.py", "pages", "rr", "tests", "data", "pyproject.toml", ".streamlit", "README.md", "requirements.txt")
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+?::\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Fault:
    """A fault by name: in `file`, `before` (which stands there once) becomes `after`. Each of `tests` must fail then."""

    name: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]


WRITE_RULES, UNDO, GUARD = "tests/test_write_rules.py", "tests/commands/test_undo.py", "tests/web/test_guard.py"
FAULTS = (
    Fault(
        "access: whatever is somebody's own is everybody's",
        "rr/access.py",
        "if db.execute(select(mine.c[0]).where(mine.c[0] == partnership_id)).first() is None:",
        "if False:",
        (
            "tests/test_access.py::test_not_there_and_not_theirs_read_the_same",
            "tests/commands/test_plans.py::test_own_facilitators_support_and_managers_work_on_plans_and_nobody_else",
        ),
    ),
    Fault(
        "access: a list isn't narrowed to one's own",
        "rr/access.py",
        "return partnership_id.in_(own_partnerships(actor))",
        "return true()",
        ("tests/test_access.py::test_own_is_where_somebody_facilitates_or_leads_the_plan",),
    ),
    Fault(
        "access: a plan's document is for whoever may read the toolkit",
        "rr/plans/handover/queries.py",
        "access_plan(db, plan_id, actor, Can.READ_PLANS)",
        "access_plan(db, plan_id, actor, Can.READ_TOOLKIT)",
        ("tests/queries/test_handover.py::test_the_document_is_for_whoever_may_read_its_plan",),
    ),
    Fault(
        "version: a row is written over whatever became of it",
        "rr/base.py",
        'return {"version_id_col": cls.__table__.c.version}',
        "return {}",
        (f"{WRITE_RULES}::test_a_row_that_changed_after_it_was_read_is_refused_and_nothing_is_saved",),
    ),
    Fault(
        "merge: the last one to save wins",
        "rr/merge.py",
        "    if clashes:",
        "    if False:",
        (
            f"{WRITE_RULES}::test_changes_to_different_fields_merge_and_to_the_same_field_are_refused_with_both_values",
            "tests/commands/test_plans.py::test_the_same_field_is_refused_with_both_values_and_nothing_is_lost",
        ),
    ),
    Fault(
        "rollback: the embedded database opens no transaction",
        "rr/db.py",
        '"BEGIN IMMEDIATE" if writes',
        '"SELECT 1" if writes',
        (f"{WRITE_RULES}::test_a_run_interrupted_between_two_writes_leaves_nothing",),
    ),
    Fault(
        "reading: a page that reads may write",
        "rr/db.py",
        "'OFF' if writes else 'ON'",
        "'OFF' if writes else 'OFF'",
        (f"{WRITE_RULES}::test_a_reading_session_cannot_write",),
    ),
    Fault(
        "once: the key of a form isn't looked at",
        "rr/gesture.py",
        "mark_of = None if key is None",
        "mark_of = None if True",
        (
            f"{WRITE_RULES}::test_a_form_sent_five_times_at_once_is_one_row_and_gives_one_answer",
            "tests/commands/test_plans.py::test_a_form_sent_twice_adds_one_action",
        ),
    ),
    Fault(
        "once: a form gives its first result to anybody",
        "rr/gesture.py",
        "if done.by_id != who.account_id:",
        "if False:",
        (f"{WRITE_RULES}::test_a_form_of_somebody_else_is_refused",),
    ),
    Fault(
        "audit: changes are written down nowhere",
        "rr/audit.py",
        "    if entries:",
        "    if False:",
        (f"{WRITE_RULES}::test_each_changed_row_has_its_audit_row_with_who_when_and_what",),
    ),
    Fault(
        "personal: people's words are in the audit",
        "rr/audit.py",
        "name: CHANGED if personal else [before, after]",
        "name: [before, after]",
        (
            f"{WRITE_RULES}::test_personal_words_are_audited_as_changed_without_their_value",
            f"{WRITE_RULES}::test_a_name_in_a_captured_line_a_place_or_a_title_is_nowhere_in_the_audit",
        ),
    ),
    Fault(
        "undo: what somebody changed since is undone",
        "rr/undo.py",
        "            if last is None:",
        "            if True:",
        (f"{UNDO}::test_what_somebody_changed_since_is_not_undone",),
    ),
    Fault(
        "escape: HTML pages run what people typed",
        "rr/web/render.py",
        "autoescape=True",
        "autoescape=False",
        ("tests/web/test_signup.py::test_an_error_stands_at_the_top_and_at_its_field_and_nothing_typed_is_lost",),
    ),
    Fault(
        "escape: a spreadsheet calculates what people typed",
        "rr/base.py",
        'return f"\'{text}" if _FORMULA.match(text) or',
        'return f"\'{text}" if',
        ("tests/test_export.py::test_a_spreadsheet_takes_no_text_for_a_formula",),
    ),
    Fault(
        "limit: any number of columns is read",
        "rr/intake/imports/tables.py",
        "if width > MOST_COLUMNS:",
        "if False:",
        ("tests/rules/test_reading.py::test_what_is_too_much_is_refused_by_its_limit_and_how_to_make_it_smaller",),
    ),
    Fault(
        "throttle: a sixth password is tried",
        "rr/accounts/throttle/rules.py",
        "tries >= self.most",
        "tries > self.most",
        ("tests/commands/test_accounts.py::test_five_wrong_passwords_close_the_door_for_a_quarter_of_an_hour",),
    ),
    Fault(
        "sign-in: one that was ended still holds",
        "rr/accounts/states.py",
        "and_(col(SignIn.ended_at).is_(None), ",
        "and_(",
        (
            f"{GUARD}::test_a_sign_in_that_ended_lets_nobody_in",
            "tests/commands/test_accounts.py::test_sign_out_a_disabled_account_and_twelve_hours_end_a_sign_in",
        ),
    ),
    Fault(
        "guard: files are open to everybody",
        "rr/web/guard.py",
        'r"/(?:signin|',
        'r"/(?:files/.+|signin|',
        (f"{GUARD}::test_a_page_sends_somebody_who_is_not_signed_in_to_the_sign_in_page_and_remembers_the_way",),
    ),
    Fault(
        "guard: another site's page opens a websocket",
        "rr/web/guard.py",
        " and not is_foreign(HTTPConnection(scope)) else",
        " else",
        (f"{GUARD}::test_a_websocket_needs_a_sign_in_and_a_page_of_ours",),
    ),
    Fault(
        "header: a browser guesses what a file is",
        "rr/web/guard.py",
        '"X-Content-Type-Options": "nosniff"',
        '"X-Content-Type-Options": ""',
        (f"{GUARD}::test_every_answer_carries_the_security_headers",),
    ),
    Fault(
        "forged form: any token will do",
        "rr/web/forms.py",
        "return fits and not is_foreign(request)",
        "return not is_foreign(request)",
        ("tests/web/test_signin.py::test_a_forged_post_signs_nobody_in", "tests/web/test_signin.py::test_a_forged_post_signs_nobody_out"),
    ),
    Fault(
        "consent: whatever stands in the column is consent",
        "rr/intake/imports/consent.py",
        "if said in _FORMS_OWN or is_sentence or",
        "if said or is_sentence or",
        ("tests/rules/test_export_file.py::test_only_what_the_form_itself_writes_for_a_ticked_box_is_consent",),
    ),
    Fault(
        "matching: a name that two areas share is one of them",
        "rr/partnerships/matching.py",
        "if len(known) == 1 else None",
        "if known else None",
        ("tests/rules/test_matching.py::test_a_name_that_two_areas_share_is_certain_for_neither_and_suggests_both",),
    ),
    Fault(
        "boundary: an action is overdue on its own day",
        "rr/plans/states.py",
        "    if due < today:",
        "    if due <= today:",
        (
            "tests/rules/test_plan_rules.py::test_urgency_follows_from_the_date_unless_the_action_is_finished",
            "tests/queries/test_states.py::test_plans_with_their_actions_and_reviews",
        ),
    ),
    Fault(
        "boundary: a list counts a plan as silent a day late",
        "rr/plans/states.py",
        "last_update_on <= last_day)",
        "last_update_on < last_day)",
        ("tests/queries/test_states.py::test_plans_with_their_actions_and_reviews",),
    ),
    Fault(
        "date: a review falls on a Sunday",
        "rr/plans/rules.py",
        "(kind, forward(day, closed_days))",
        "(kind, day)",
        ("tests/rules/test_plan_rules.py::test_reviews_move_forward_off_weekends_bank_holidays_and_closed_days",),
    ),
)


@contextmanager
def copied_tree() -> Iterator[Path]:
    """What the tests need of the project, in a temporary folder, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="rr-fault-") as folder:
        copy = Path(folder)
        for part in PARTS:
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__", "rr.db*", "*.log"))
            elif (ROOT / part).exists():
                shutil.copy(ROOT / part, copy / part)
        yield copy


def failing(tree: Path, tests: Collection[str]) -> set[str]:
    """Those of the tests that fail in this tree, by name without parameters. Refuses (RuntimeError) a run that isn't one of tests."""
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-rfE", "--tb=no", "--color=no", "-p", "no:cacheprovider", *sorted(tests)]
    ran = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=600, check=False)
    if ran.returncode not in (0, 1):
        raise RuntimeError(f"The tests didn't run:\n{ran.stdout[-2000:]}{ran.stderr[-1000:]}")
    return set(FAILED.findall(ran.stdout))


def missed(tree: Path, fault: Fault) -> set[str]:
    """Plant the fault, and take it out again; returns those of its tests that didn't notice."""
    file = tree / fault.file
    sound = file.read_text(encoding="utf-8")
    file.write_text(sound.replace(fault.before, fault.after), encoding="utf-8")
    try:
        return set(fault.tests) - failing(tree, fault.tests)
    finally:
        file.write_text(sound, encoding="utf-8")


def planted(options: Options) -> Counts:
    """Each fault in turn, after all their tests have passed without one. A fault that a test of its own lets pass is one that is lost."""
    counts = Counts()
    faults = FAULTS[: options.faults]
    with copied_tree() as tree:
        if broken := failing(tree, {test for fault in faults for test in fault.tests}):
            raise RuntimeError(f"Without any fault these fail already: {', '.join(sorted(broken))}")
        for fault in faults:
            unnoticed = missed(tree, fault)
            counts.count += 1
            counts.lost += bool(unnoticed)
            counts.notes += [f"{fault.name}: not noticed by {test}" for test in sorted(unnoticed)]
    return counts
