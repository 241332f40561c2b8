"""Health: what a load balancer or a watchdog asks. It tells no more than whether the house works."""

from typing import Literal

import sqlalchemy as sa
from fastapi import APIRouter, Response

from aboveloop.api.shapes import HealthShape
from aboveloop.api.visitors import DoorkeeperHere
from aboveloop.durable import store

router = APIRouter()


@router.get("/healthz", tags=["health"], summary="Does the house work?")
def health(doorkeeper: DoorkeeperHere, response: Response) -> HealthShape:
    """503 when the database does not answer, or when no living process runs turns: then nobody answers customers."""
    premises = doorkeeper.premises
    now = premises.house.clock.now()
    try:
        with premises.database.read() as reader:
            living = [process for process in store.known(reader) if not process.is_dead(now)]
    except sa.exc.DBAPIError:
        response.status_code = 503
        return HealthShape(ok=False, database="unreachable", turns="unknown")
    turns: Literal["running", "not running"] = "running" if living else "not running"
    response.status_code = 200 if living else 503
    return HealthShape(ok=bool(living), database="reachable", turns=turns)
