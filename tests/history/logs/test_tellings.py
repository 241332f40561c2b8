"""What events say besides: columns by their names, attributes by their keys, each in the place of its event."""

from pathlib import Path

from aboveloop.history.events import Event, attributes_of
from aboveloop.history.logs.columns import Named
from aboveloop.history.logs.log import Coded
from aboveloop.history.logs.opening import open_events, open_file, read
from aboveloop.history.logs.tellings import tellings


def values(column: Coded | None) -> list[str]:
    assert column is not None
    return [column.names[code] for code in column.codes]


def test_columns_are_found_and_rows_that_were_left_out_are_left_out_here(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        "case,activity,time,system,user,message,ref\n"
        "c,a,2024-01-01 09:00,CRM,ann,hello,R1\n"
        ",a,2024-01-01 09:30,CRM,ann,lost,R2\n"
        "c,b,2024-01-01 10:00,ERP,,,R3\n"
    )
    source = open_file(path)
    told = tellings(source, read(source, Named(), with_resources=False))
    assert values(told.system) == ["CRM", "ERP"]
    assert values(told.who) == ["ann", "?"]
    assert values(told.text) == ["hello", "?"]
    assert {name: values(column) for name, column in told.fields.items()} == {"ref": ["R1", "R3"]}


def test_attributes_are_fields_and_a_changed_field_is_one_of_them() -> None:
    events = [
        Event("s", "c", "opened", 1, 0, who="u1", channel="web", attributes=attributes_of({"plan": "pro"})),
        Event("s", "c", "field_changed", 2, 1, attributes=attributes_of({"field": "city", "to": "Rome", "from": ""})),
        Event("s", "c", "person_message", 3, 2, attributes=attributes_of({"text": "Hello"})),
    ]
    source = open_events(events)
    told = tellings(source, read(source, Named()))
    assert values(told.text) == ["?", "?", "Hello"]
    assert values(told.system) == ["web", "?", "?"]
    assert {name: values(column) for name, column in told.fields.items()} == {
        "plan": ["pro", "?", "?"],
        "city": ["?", "Rome", "?"],
    }
