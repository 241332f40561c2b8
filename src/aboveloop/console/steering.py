"""The pages of steering: the group's agenda, budgets and blocked items; and the board of each function's owner."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from aboveloop.app import steering
from aboveloop.app.improving import board
from aboveloop.app.measuring import kpis
from aboveloop.console.backlog import STATES
from aboveloop.console.frame import CasesLook
from aboveloop.console.kpis import behind
from aboveloop.kit.errors import NotFound
from aboveloop.measure.kpis import in_words

router = APIRouter(default_response_class=HTMLResponse)


class FunctionUnknown(NotFound):
    """The operation has no function of this name."""


@router.get("/overview/steering")
def steering_page(look: CasesLook) -> HTMLResponse:
    """What the steering group decides, what is used of the budgets, and what is blocked."""
    with look.premises.database.read() as reader:
        found = steering.steering(look.premises, reader, look.now)
    return look.render("steering.html", found=found, shown=steering.SHOWN, days=steering.DAYS)


@router.get("/overview/functions/{name}")
def function_board(look: CasesLook, name: str) -> HTMLResponse:
    """The board of a function's owner: backlog, adoption, KPIs. Raises FunctionUnknown."""
    if name not in look.operation.about.functions:
        raise FunctionUnknown(f"There is no function {name} in this operation. Its functions stand in operation.yaml.")
    premises = look.premises
    with premises.database.read() as reader:
        items = board.items(premises, reader, look.now)
        states = kpis.states(premises, reader, look.now)
        found = steering.board_of(premises, reader, name, items=items, states=states, now=look.now)
    currency = look.operation.about.currency
    return look.render(
        "function.html",
        found=found,
        functions=look.operation.about.functions,
        procedures=look.operation.procedures,
        states=STATES,
        days=steering.DAYS,
        shown=lambda kpi, value: in_words(kpi, value, currency),
        links=lambda kpi: behind(kpi, frozenset(look.visitor.person.may)),
    )
