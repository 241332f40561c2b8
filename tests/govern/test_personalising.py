"""What is fitted to a customer is marked in the operation; what there is not is fitted to nobody."""

from aboveloop.govern.personalising import is_personalised
from aboveloop.operation.models import Operation
from govern.corner import act


def test_an_operation_that_there_is_not_is_fitted_to_nobody(operation: Operation) -> None:
    assert not is_personalised(operation, act("shop.give_away"))
