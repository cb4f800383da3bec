"""The writers of an embedded database: one at a time, in the order in which they came."""

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine

from rr import db
from rr.db import Turns

PATIENCE = 10  # seconds after which a thread counts as stuck


def started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "still waiting"
        time.sleep(0.001)


def finished(threads: list[threading.Thread]) -> bool:
    for thread in threads:
        thread.join(PATIENCE)
    return not any(thread.is_alive() for thread in threads)


def test_turns_are_given_in_the_order_of_arrival() -> None:
    turns, order = Turns(), []

    def take(number: int) -> None:
        with turns:
            order.append(number)

    with turns:
        threads = []
        for number in range(20):
            threads.append(started(lambda number=number: take(number)))
            until(lambda: len(turns) == len(threads) + 1)
        assert order == []
    take(20)  # whoever had a turn and asks again comes last

    assert finished(threads)
    assert order == list(range(21))


def test_one_at_a_time_and_nobody_is_forgotten() -> None:
    turns, count, inside = Turns(), 0, 0

    def work() -> None:
        nonlocal count, inside
        for _ in range(200):
            with turns:
                inside += 1
                assert inside == 1
                before = count
                time.sleep(0)  # another thread may run here
                count = before + 1
                inside -= 1

    threads = [started(work) for _ in range(8)]

    assert finished(threads)
    assert (count, len(turns)) == (1600, 0)


@pytest.mark.parametrize("raised", [ValueError, KeyboardInterrupt, GeneratorExit])
def test_whatever_ends_a_turn_the_next_one_gets_theirs(raised: type[BaseException]) -> None:
    turns, got = Turns(), threading.Event()

    def take() -> None:
        with turns:
            got.set()

    def end_badly() -> None:
        with turns:
            threads.append(started(take))
            until(lambda: len(turns) == 2)
            raise raised

    threads = []
    with pytest.raises(raised):
        end_badly()

    assert finished(threads)
    assert got.is_set()


@pytest.mark.parametrize("called", [False, True], ids=["still waiting", "already called"])
def test_somebody_who_is_interrupted_while_waiting_holds_nobody_up(monkeypatch: pytest.MonkeyPatch, called: bool) -> None:
    turns, leave, got = Turns(), threading.Event(), threading.Event()

    def hold() -> None:
        with turns:
            leave.wait()

    def take() -> None:
        with turns:
            got.set()

    class Interrupted:
        def __init__(self) -> None:
            self.lock, self.asked = threading.Lock(), False
            self.release = self.lock.release

        def acquire(self) -> None:
            if not self.asked:
                self.asked = self.lock.acquire()
                return
            monkeypatch.undo()
            threads.append(started(take))
            until(lambda: len(turns) == 3)
            if called:
                leave.set()
                self.lock.acquire()
            raise KeyboardInterrupt

    threads = [started(hold)]
    until(lambda: len(turns) == 1)
    monkeypatch.setattr(db, "threading", SimpleNamespace(Lock=Interrupted, get_ident=threading.get_ident))
    with pytest.raises(KeyboardInterrupt), turns:
        pass
    leave.set()

    assert finished(threads)
    assert got.is_set()
    assert len(turns) == 0


ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # PostgreSQL's writers wait for rows alone


@ON_SQLITE
def test_a_transaction_inside_another_is_refused_where_it_would_wait_for_itself(database: Engine) -> None:
    with db.transaction(), pytest.raises(RuntimeError, match="inside another one"), db.transaction():
        pass

    with db.transaction():
        pass


@ON_SQLITE
def test_a_writer_waits_for_those_who_came_before(database: Engine) -> None:
    order = []

    def write(number: int) -> None:
        with db.transaction():
            order.append(number)

    with db.transaction():
        threads = []
        for number in range(5):
            threads.append(started(lambda number=number: write(number)))
            until(lambda: len(db._turns) == len(threads) + 1)
    write(5)

    assert finished(threads)
    assert order == [0, 1, 2, 3, 4, 5]
