"""The sample company's operation, made ready once and played many times."""

from collections.abc import Iterator

import pytest

from aboveloop.app.inspection import SAMPLE_OPERATION, sound
from aboveloop.app.scenarios import Rehearsal
from aboveloop.operation.models import Operation


@pytest.fixture(scope="session")
def larkspur_operation() -> Operation:
    return sound(SAMPLE_OPERATION)


@pytest.fixture(scope="session")
def rehearsal(larkspur_operation: Operation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    yield Rehearsal(larkspur_operation, tmp_path_factory.mktemp("scenarios"))
