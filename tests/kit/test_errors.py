"""Every error knows what a door answers and what a command ends with; only what may pass is worth trying again."""

import pytest

from aboveloop.kit import errors


@pytest.mark.parametrize(
    ("kind", "http", "status"),
    [
        (errors.AboveloopError, 500, 1),
        (errors.PermanentError, 422, 1),
        (errors.NotFound, 404, 1),
        (errors.NotPermitted, 403, 1),
        (errors.Conflict, 409, 1),
        (errors.WrongUsage, 400, 2),
        (errors.TemporaryError, 503, 1),
    ],
)
def test_each_error_has_its_statuses(kind: type[errors.AboveloopError], http: int, status: int) -> None:
    error = kind("What happened.")
    assert (error.http_status, error.exit_status, str(error)) == (http, status, "What happened.")


def test_only_a_temporary_error_says_when_to_try_again() -> None:
    assert errors.TemporaryError("x", retry_after_seconds=3).retry_after_seconds == 3
    assert not issubclass(errors.TemporaryError, errors.PermanentError)
    assert not issubclass(errors.PermanentError, errors.TemporaryError)
