"""Writing down what went wrong, so that it can be found by a short reference, without writing down anybody's words."""

import logging
import traceback
from collections.abc import Iterator
from secrets import token_hex

log = logging.getLogger(__name__)


def record(fault: BaseException, where: str) -> str:
    """Log a bug and return the reference that the person is shown.

    The log gets the kinds of the errors and the lines they passed through, never their messages: a database's or a
    validator's message repeats the values, which can be somebody's address.
    """
    reference = token_hex(4)
    log.error("error %s in %s\n%s", reference, where, "\n".join(_trail(fault)))
    return reference


def _trail(fault: BaseException) -> Iterator[str]:
    cause = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    if cause is not None:
        yield from _trail(cause)
        yield "which led to"
    for frame in traceback.extract_tb(fault.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}: {frame.line or ''}"
    yield f"{type(fault).__module__}.{type(fault).__qualname__}"
