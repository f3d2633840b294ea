"""Background work: ids go in, and of a failure nothing comes out but its class."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

P = ParamSpec("P")


class TaskFailed(Exception):
    """Stands for another exception, whose message or variables might hold a value."""


def careful(function: Callable[P, None]) -> Callable[P, None]:
    """Wrap a task so that the queue keeps the class of an error only, no message and no frames of ours."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        failure = ""
        try:
            function(*args, **kwargs)
        except Exception as error:
            failure = type(error).__name__
        if failure:
            raise TaskFailed(failure)

    return wrapped
