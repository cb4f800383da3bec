"""The commands as an operator runs them: real processes, their words and their exit codes. Few steps, since each costs a second."""

import csv
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import _named, _run

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data/demo/sign-up-for-support-2024-05-02.csv"


@pytest.fixture
def run(tmp_path):
    """Run a command on a database of its own: exit code, what it said, what it complained about."""

    def command(*words, module="rr", **environment):
        settings = {"RR_DATABASE_URL": f"sqlite:///{tmp_path / 'rr.db'}"} | environment
        clean = {name: value for name, value in os.environ.items() if not name.startswith("RR_")}
        call = [sys.executable, *(("-m", module) if module else ()), *map(str, words)]
        done = subprocess.run(call, cwd=ROOT, env=clean | settings, capture_output=True, text=True, timeout=120, check=False)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout.strip(), done.stderr.strip()

    return command


@pytest.fixture
def migrated(run, template_sqlite, tmp_path):
    (tmp_path / "rr.db").write_bytes(template_sqlite.read_bytes())
    return run


def count(tmp_path, table):
    with closing(sqlite3.connect(tmp_path / "rr.db")) as raw:
        return raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_migrate_makes_the_database_and_may_run_again(run, tmp_path):
    code, said, _ = run("migrate")
    assert code == 0
    assert re.fullmatch(r"The database is up to date. [1-9]\d+ rows of the reference lists were added.", said)
    assert count(tmp_path, "partnership") == 150

    assert run("migrate")[:2] == (0, "The database is up to date. 0 rows of the reference lists were added.")


def test_accounts_from_the_first_to_the_last_administrator(migrated):
    def link(said):
        return re.search(r"http://localhost:8501/password/([\w-]{20,})", said)[1]

    code, first, _ = migrated("account", "add", "--email", "Ada@example.org", "--name", "Ada", "--role", "admin")
    assert code == 0
    code, again, _ = migrated("account", "link", "ada@example.org")
    assert code == 0
    assert link(first) != link(again)

    code, _, complaint = migrated("account", "disable", "ada@example.org")
    assert (code, "last administrator" in complaint) == (1, True)

    assert migrated("account", "add", "--email", "sam@example.org", "--name", "Sam", "--role", "support")[0] == 0
    assert migrated("account", "disable", "sam@example.org")[0] == 0
    code, said, _ = migrated("account", "list")
    assert said.splitlines() == [
        "ada@example.org\tAda\tAdministrator\tInvitation not used yet",
        "sam@example.org\tSam\tSupport staff\tDisabled",
    ]
    assert migrated("account", "enable", "sam@example.org")[:2] == (0, "sam@example.org can sign in again.")

    assert [migrated("clean")[:2] for _ in range(2)] == [(0, "1 row removed."), (0, "0 rows removed.")]  # Ada's first link

    code, said, complaint = migrated("account", "disable", "nobody@example.org")
    assert (code, said) == (1, "")
    assert complaint.startswith("There is no account with the address nobody@example.org.")


def test_sign_ups_come_in_and_the_exit_code_tells_how(migrated, tmp_path):
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        header, first, second = (row for row, _ in zip(csv.reader(file), range(3), strict=False))

    def write(name, *rows):
        with (tmp_path / name).open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return tmp_path / name

    good = write("good.csv", first, second)
    code, said, _ = migrated("import-signups", good, "--dry-run")
    assert (code, said) == (0, "New: 2. Duplicates: 0. Changed answers: 0. Refused: 0.")
    assert [count(tmp_path, table) for table in ("support_request", "import_batch", "import_row", "contact")] == [0, 0, 0, 0]

    assert migrated("import-signups", good)[:2] == (0, "New: 2. Duplicates: 0. Changed answers: 0. Refused: 0.")
    assert count(tmp_path, "support_request") == 2

    unreachable = ["" if "@" in cell or cell.startswith("07") else cell for cell in second]
    unreachable[header.index("Entry Id")] = "9999"
    code, said, _ = migrated("import-signups", write("mixed.csv", first, unreachable))
    assert (code, said.splitlines()[0]) == (1, "New: 0. Duplicates: 1. Changed answers: 0. Refused: 1.")
    assert said.splitlines()[-1].startswith("line 3, entry 9999: refused: There is neither an e-mail address nor a phone number.")
    assert count(tmp_path, "support_request") == 2


def test_what_there_is_to_say_about_a_file_is_printed_before_and_after_and_counts(migrated, tmp_path):
    head = "Timestamp,Your name,Email,Big Local area,How many people would take part?"
    (tmp_path / "mac.csv").write_bytes(f"{head}\n03/04/2024 10:15,Zoë,z@example.org,Fratton,lots\n".encode("mac_roman"))
    about = [
        "Read as an export of Google Forms, by its headers.",
        "The file isn't in UTF-8, so it was read as Mac text. Check names with accents.",
        "No column answers “Your role in the partnership”.",
    ]

    code, said, _ = migrated("import-signups", tmp_path / "mac.csv", "--dry-run")
    assert code == 1
    assert said.startswith("New: 0. Duplicates: 0. Changed answers: 0. Refused: 1.")
    assert said.splitlines()[1:4] == about
    assert "can be read as two different days, and no other date of the file tells. Say which comes first." in said
    assert "Say --first day or --first month." in said

    remarked = "new: Participants: “lots” isn't a number that can be counted with, so it is kept as words."
    for words in (("--first", "day", "--dry-run"), ("--first", "day")):
        code, said, _ = migrated("import-signups", tmp_path / "mac.csv", *words)
        assert code == 1
        assert said.splitlines()[:4] == ["New: 1. Duplicates: 0. Changed answers: 0. Refused: 0.", *about]
        assert said.splitlines()[-1].endswith(remarked)

    code, _, complaint = migrated("import-signups", tmp_path / "mac.csv", "--mapping", "Council form")
    assert (code, complaint) == (2, "No columns are remembered as “Council form”. Known are: none.")


def test_what_is_no_export_is_said_to_be_none(migrated, tmp_path):
    (tmp_path / "letter.csv").write_text("Dear all,\nplease find attached nothing.\n")

    for name in ("letter.csv", "none.csv"):
        code, said, complaint = migrated("import-signups", tmp_path / name)
        assert (code, said, bool(complaint)) == (2, "", True)


def test_a_setting_that_is_unknown_is_refused_by_name(run):
    code, _, complaint = run("account", "list", RR_DATABSE_URL="sqlite:///typo.db")

    assert code == 1
    assert complaint.startswith("Unknown setting: RR_DATABSE_URL. Known are: ")
    assert "RR_DATABASE_URL" in complaint


def test_demo_accounts_are_refused_where_others_can_reach_the_server(run):
    script = """
from rr.config import check_demo
for host in ("localhost", "127.0.0.1", "::1", "", "0.0.0.0", "::", "192.0.2.1", "example.org", "127.0.0.1.example.org"):
    try:
        check_demo(host)
        print("open", host)
    except SystemExit as refusal:
        print("refused", host)
"""
    _, said, _ = run("-c", script, module="", RR_DEMO="1")
    verdicts = said.splitlines()
    assert verdicts[:3] == ["open localhost", "open 127.0.0.1", "open ::1"]
    assert [line.split(" ")[0] for line in verdicts[3:]] == ["refused"] * 6

    _, said, _ = run("-c", script, module="", RR_DEMO="1", RR_BASE_URL="http://example.org")
    assert {line.split(" ")[0] for line in said.splitlines()} == {"refused"}


def test_backup_restore_and_export_of_the_embedded_database(migrated, tmp_path):
    safe, out = tmp_path / "a.db", tmp_path / "out"
    code, said, _ = migrated("backup", safe)
    assert (code, "verified" in said) == (0, True)
    assert migrated("account", "add", "--email", "late@example.org", "--name", "Late", "--role", "support")[0] == 0

    assert migrated("export", out)[0] == 0
    assert (out / "account.csv").read_text(encoding="utf-8-sig").count("late@example.org") == 1

    code, said, _ = migrated("restore", safe)
    (kept,) = tmp_path.glob("rr.db.before-restore-*")
    assert (code, str(kept) in said) == (0, True)
    assert count(tmp_path, "account") == 0

    for words in (("backup", safe), ("restore", SAMPLE), ("export", out)):
        code, said, complaint = migrated(*words)
        assert (code, said, bool(complaint)) == (1, "", True)
    assert count(tmp_path, "account") == 0


def test_backup_and_restore_of_a_server(run, postgresql, tmp_path):
    address, outside = postgresql
    _run(outside, "CREATE DATABASE operated")
    try:
        there = {"RR_DATABASE_URL": _named(address, "operated")}
        assert run("migrate", **there)[0] == 0
        assert run("account", "add", "--email", "ada@example.org", "--name", "Ada", "--role", "admin", **there)[0] == 0
        assert run("backup", tmp_path / "a.db", **there)[0] == 0

        code, _, complaint = run("restore", tmp_path / "a.db", **there)
        assert (code, "Say --replace" in complaint) == (1, True)
        assert run("restore", tmp_path / "a.db", "--replace", **there)[0] == 0
        assert run("account", "list", **there)[1].startswith("ada@example.org\tAda")

        assert run("restore", tmp_path / "a.db")[0] == 0  # and from the server into the embedded database
        assert count(tmp_path, "account") == 1
    finally:
        _run(outside, "DROP DATABASE operated WITH (FORCE)")
