"""The planted faults can still be planted: their lines stand where they say, and their tests are there."""

import ast
from functools import cache

import pytest

from tests.soak.faults import FAULTS, ROOT, Fault


@cache
def names_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_fault_stands_at_one_line_and_its_tests_are_there(fault: Fault) -> None:
    lines = (ROOT / fault.file).read_text(encoding="utf-8").splitlines()

    assert sum(line.count(fault.before) for line in lines) == 1
    assert fault.before != fault.after
    assert [test for test in fault.tests if test.partition("::")[2] not in names_in(test.partition("::")[0])] == []


def test_there_are_twenty_or_more_and_each_has_its_own_name() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 20
