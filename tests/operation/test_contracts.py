"""A data contract is read by the standard, strictly, and held against the systems and people that it names."""

from datetime import timedelta
from pathlib import Path

import pytest

from aboveloop.operation.checking import check
from aboveloop.operation.contracts.contract import Limit
from aboveloop.operation.digest import digest_of
from aboveloop.operation.loading import load_files
from operation.odcs import PARCELS, PATH, contract, read
from work.bakery import FILES, operation_of

SOURCE = "  - name: scans\n    customProperties: [{{property: source, value: {value}}}]\n"


def faults(text: str, path: str = PATH) -> list[str]:
    return [str(fault) for fault in read(text, path)[1]]


def held(text: str) -> list[str]:
    """What is wrong with the contract in the bakery's folder."""
    loaded = load_files({**FILES, PATH: text}, Path("crumb"))
    return [str(fault) for fault in check(loaded) if fault.path == PATH]


def sourced(value: str) -> str:
    return PARCELS.replace("  - name: scans\n", SOURCE.format(value=value))


def test_a_contract_says_what_is_promised_by_whom() -> None:
    found = contract()
    assert (found.name, found.version, found.owner, found.team) == ("parcels", "1.2.0", "priya", "Carriers")
    assert (found.on_call, found.on_call_title) == (("tom", "operations"), "Carriers on call")
    scans = found.assets[0]
    assert [field.name for field in scans.keys] == ["scan_id"]
    assert [field.name for field in scans.fields if field.required] == ["scan_id", "order_id", "at"]
    status = scans.field("status")
    assert status is not None and status.quality[0].valid == ("sorted", "delivered")
    assert [(each.field, each.within, each.since) for each in scans.timeliness] == [("at", timedelta(minutes=5), "")]
    assert held(PARCELS) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("version: 1.2.0\n", "", 1, "lacks the key `version`"),
        ("logicalType: integer", "logicalType: int", 13, "must be one of string, date"),
        ("mustBe: 0", "mustBee: 0", 17, "exactly one of `mustBe`"),
        ("unique: true", "uniq: true", 13, "no key `uniq`"),
        ("required: true}\n      - name", "required: 7}\n      - name", 14, "must be of the type boolean"),
        ("unit: m", "unit: fortnight", 21, "a `unit` of s, m, h or d"),
        ("element: scans.at", "element: at", 21, "`element` names a column"),
        ("element: scans.at", "element: pallets.at", 20, "the asset `pallets`"),
        ("role: owner", "role: fan", 7, "Nobody owns this data"),
        ("property: onCall", "property: calls", 8, "Nobody is called"),
        ("v3.1.0", "v2.2.2", 1, "from version 3.0 on"),
        ("validValues: [sorted, delivered]", "other: []", 17, "needs `validValues`"),
        ("name: scans", "name: The Scans", 11, "must be a name of its own"),
        ("order_id, ", "order_id, logicalTypeOptions: {pattern: '('}, ", 14, "pattern cannot be used"),
        ("maximum: 30", "pattern: x", 18, "no key `pattern`"),
    ],
)
def test_each_fault_is_told_with_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in PARCELS
    found = [fault for fault in faults(PARCELS.replace(old, new)) if said in fault]
    assert found and found[0].startswith(f"{PATH}:{line}:"), faults(PARCELS.replace(old, new))


def test_a_contract_is_called_like_its_file() -> None:
    assert "no name for a contract" in faults(PARCELS, "contracts/My-Parcels.odcs.yaml")[0]


def test_rules_for_other_engines_are_passed_over_with_a_warning() -> None:
    text = PARCELS.replace("quality: [{id", "quality: [{type: custom, engine: soda, implementation: x}, {id")
    found, faults = read(text)
    assert found is not None and len(found.assets[0].fields[2].quality) == 1
    assert [fault.severity.value for fault in faults] == ["warning"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("{read: till.get_bread, rows: x}", "no read of the system `till`"),
        ("{read: till.cancel_order}", "no read of the system `till`"),
        ("{read: oven.list}", "the system `oven`"),
        ("{read: till.get_order}", "without its argument `order_id`"),
        ("{read: till.list_journal, with: {afterr: 1, limit: 5}, after: after}", "no argument `afterr`"),
        ("{table: till.orders}", "is reached by mcp"),
        ("{read: till.list_journal, table: till.orders}", "one of `read`, `table` or `file`"),
        ("{file: scans.xlsx}", "ends in one of .csv"),
        ("{file: scans.csv, page: 0}", "`page` is a number"),
        ("{file: scans.csv, pages: 4}", "no key `pages`"),
    ],
)
def test_a_source_must_be_there(value: str, said: str) -> None:
    assert any(said in fault for fault in held(sourced(value))), held(sourced(value))


def test_people_references_and_times_must_be_known() -> None:
    assert "neither one of `people`" in held(PARCELS.replace("username: priya", "username: nobody"))[0]
    assert "`onCall` names `nobody`" in held(PARCELS.replace("[tom, operations]", "[nobody]"))[0]
    linked = PARCELS.replace("order_id, ", "order_id, relationships: [{to: orders.order_id}], ")
    assert "refers to `orders.order_id`" in held(linked)[0]
    assert "no timestamp of this contract" in held(PARCELS.replace("element: scans.at", "element: scans.weight"))[0]
    live = sourced("{read: till.list_journal}").replace("property: source", "property: liveReads")
    assert any("is a list of reads" in fault for fault in held(live))
    live = live.replace("{read: till.list_journal}", "[{read: till.get_order}]")
    assert any("nothing would show that it is well again" in fault for fault in held(live))


def test_a_contract_is_part_of_the_release() -> None:
    with_one = operation_of({**FILES, PATH: PARCELS})
    assert with_one.digest == digest_of(with_one.files) and with_one.contracts["parcels"].version == "1.2.0"
    later = operation_of({**FILES, PATH: PARCELS.replace("1.2.0", "1.3.0")})
    assert later.digest not in (with_one.digest, operation_of().digest)


@pytest.mark.parametrize(
    ("limit", "kept", "broken"),
    [
        (Limit(), 0, 1),
        (Limit("mustNotBe", 3), 2, 3),
        (Limit("mustBeGreaterThan", 3), 4, 3),
        (Limit("mustBeGreaterOrEqualTo", 3), 3, 2),
        (Limit("mustBeLessThan", 3), 2, 3),
        (Limit("mustBeLessOrEqualTo", 3), 3, 4),
        (Limit("mustBeBetween", 2, 4), 4, 5),
        (Limit("mustNotBeBetween", 2, 4), 5, 2),
    ],
)
def test_a_limit_holds_what_it_says(limit: Limit, kept: int, broken: int) -> None:
    assert limit.holds(kept) and not limit.holds(broken)
