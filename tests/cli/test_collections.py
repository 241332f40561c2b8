"""collections from the command line: a CSV of receivables is imported and told."""

from pathlib import Path

from aboveloop.app.rehearsal.stage import Stage
from api.open_house import house, operation, template, understands
from cli.conftest import Call

__all__ = ["house", "operation", "template", "understands"]

MAP = ("--by", "noor")
ROWS = """\
invoice,event,when,amount
A-1,invoiced,2026-01-02,100.00
A-2,invoiced,2026-02-10,60.00
A-1,paid,2026-02-10,40.00
A-3,agency_fee,2026-02-20,15.00
A-4,write_off,2026-02-20,20.00
A-1,paid,2026-03-04,60.00
A-5,invoiced,2026-03-06,120.00
A-5,paid,2026-03-20,120.00
A-6,paid,2026-04-30,{last}
"""


def imported(house: Stage, tmp_path: Path, call: Call, last: str = "10.00") -> Path:
    home = house.settings.home
    house.close()
    (tmp_path / "books.csv").write_text(ROWS.format(last=last), encoding="utf-8")
    told = call("import", "file", tmp_path / "books.csv", "--as", "books", *MAP, "--home", home)
    assert told.status == 0, told.err
    return home


def test_receivables_are_imported_and_told(house: Stage, tmp_path: Path, call: Call) -> None:
    home = imported(house, tmp_path, call)
    found = call("collections", "books", "--start", "2026-03-01", "--home", home, "--json")
    assert found.status == 0
    thirty = {each["name"]: (each["before"], each["after"]) for each in found.value["windows"][0]["lines"]}
    assert thirty["cash collected"] == (4000, 18000)
    assert thirty["agency fees"] == (1500, 0) and thirty["write-offs"] == (2000, 0)
    words = call("collections", "books", "--start", "2026-03-01", "--home", home).out
    assert "180.00 EUR after" in words and "add 35.00 EUR to the result" in words


def test_what_got_worse_beyond_chance_ends_with_1(house: Stage, tmp_path: Path, call: Call) -> None:
    home = imported(house, tmp_path, call)
    many = "".join(f"B-{each},agency_fee,2026-03-10,10.00\n" for each in range(40))
    (tmp_path / "more.csv").write_text(ROWS.format(last="10.00") + many, encoding="utf-8")
    assert call("import", "file", tmp_path / "more.csv", "--as", "more", *MAP, "--home", home).status == 0
    found = call("collections", "more", "--start", "2026-03-01", "--home", home, "--json")
    assert found.status == 1 and "agency fees, 30 days" in found.value["worse"]
    assert call("collections", "none", "--start", "2026-03-01", "--home", home, "--json").status == 1
    assert (
        "--paid"
        in call("collections", "books", "--start", "2026-03-01", "--home", home, "--json", "--amount", "x").error
    )
