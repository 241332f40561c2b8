"""What depends on a column is worked out from the operation: what uses it, and nothing else."""

from aboveloop.app.contracts.dependants import dependants
from aboveloop.operation.models import Operation
from operation.odcs import PARCELS
from work.bakery import FILES, operation_of

ORDERS = PARCELS.replace("name: scans\n", "name: orders\n").replace("element: scans.at", "element: orders.at")
FED = "    customProperties: [{{property: feeds, value: [{{read: till.get_order, fields: [{fields}]}}]}}]\n"
LIVE = (
    "    customProperties:\n      - {property: source, value: {file: o.csv}}\n"
    "      - {property: liveReads, value: [{read: till.get_order}]}\n"
)


def bakery_with(more: str) -> Operation:
    text = ORDERS.replace("  - name: orders\n", f"  - name: orders\n{more}")
    return operation_of({**FILES, "contracts/orders.odcs.yaml": text})


def places(operation: Operation, *columns: str) -> set[str]:
    found = dependants(operation, operation.contracts["orders"].assets[0], columns or None)
    return {f"{each.scope} {each.name}" for each in found}


def test_only_what_uses_the_column_depends_on_it() -> None:
    bakery = bakery_with(LIVE)
    on_status = places(bakery, "status")
    assert "procedure track_order" in on_status and "procedure bake_later" not in on_status
    assert "operation till.cancel_order" in on_status
    on_weight = places(bakery, "weight")
    assert on_weight == set()
    assert places(bakery) > on_status


def test_what_is_fed_depends_whatever_breaks() -> None:
    bakery = bakery_with(FED.format(fields="status"))
    assert places(bakery, "scan_id") == places(bakery, "order_id") == places(bakery)
    assert "procedure track_order" in places(bakery)
    assert places(bakery_with(FED.format(fields="colour"))) == set()


def test_a_source_without_further_words_reaches_what_reads_its_system() -> None:
    source = (
        "    customProperties: [{property: source, value: {read: till.list_journal, with: {after: 0, limit: 9}}}]\n"
    )
    found = places(bakery_with(source))
    assert {"procedure track_order", "procedure cancel_order"} <= found
    assert "procedure bake_later" not in found
    assert places(bakery_with("    customProperties: [{property: source, value: {file: o.csv}}]\n")) == set()


def test_each_dependant_says_what_it_uses() -> None:
    bakery = bakery_with(LIVE)
    (track,) = [
        each
        for each in dependants(bakery, bakery.contracts["orders"].assets[0], ["status"])
        if each.name == "track_order"
    ]
    assert track.uses == "tracked.status of till.get_order"
