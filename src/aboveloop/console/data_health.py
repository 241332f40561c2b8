"""The pages of data: how healthy each asset is, what is broken, and what that has paused."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from aboveloop.app.contracts import health
from aboveloop.app.contracts.holding import hold
from aboveloop.app.contracts.inquiry import would_pause
from aboveloop.app.importing.footing import every_footing
from aboveloop.app.overview import standing_switches
from aboveloop.console.forms import FormHere
from aboveloop.console.frame import CasesLook
from aboveloop.history.contracts.rules import compile_rules

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/data")
def data(look: CasesLook) -> HTMLResponse:
    """Every asset by four traits, and what is broken now."""
    with look.premises.database.read() as reader:
        standing = standing_switches(reader, look.premises)
        assets = health.assets_of(reader, look.operation, look.now)
        breaches = health.breaches_open(reader, look.operation, standing)
        histories = every_footing(look.premises, reader, look.operation)
    return look.render("data.html", assets=assets, breaches=breaches, histories=histories)


@router.get("/data/{contract}")
def contract_page(look: CasesLook, contract: str) -> HTMLResponse:
    """One contract: what it promises, what its checks found, its breaches, and what a breach would pause."""
    held = look.operation.contracts.get(contract)
    with look.premises.database.read() as reader:
        standing = standing_switches(reader, look.premises)
        breaches, runs = health.history_of(reader, look.operation, contract, standing)
        found = list(health.rules_of(reader, held)) if held is not None else []
    return look.render(
        "data_contract.html",
        name=contract,
        contract=held,
        title=held.title if held is not None else breaches[0].title,
        owner=health.owner_of(look.operation, held.owner) if held is not None else "",
        assets=[
            (
                asset,
                compile_rules(asset).rules,
                {each["rule"]: each for each in (result or {}).get("findings", [])},
                result,
                datetime.fromisoformat(result["newest"]) if result and result["newest"] else None,
            )
            for asset, result in found
        ],
        breaches=breaches,
        runs=runs,
        dependants=would_pause(look.operation, held) if held is not None else [],
    )


@router.post("/data/{contract}/hold")
def hold_it(form: FormHere, contract: str) -> RedirectResponse:
    because = form.text("because", required="Say why, so that others know when to resume. Nothing was held.")
    hold(form.look.premises, form.look.visitor.person, contract, because=because)
    return RedirectResponse("/data?notice=held", status_code=303)
