"""In a file of receivables the invoice is the case, however it is called."""

import pytest

from aboveloop.history.logs.columns import Named, choose

ROWS = {"event": ["invoiced", "paid"], "when": ["2026-01-02", "2026-02-10"], "amount": ["100.00", "40.00"]}


@pytest.mark.parametrize(
    "name", ["invoice", "invoice_no", "Invoice Number", "InvoiceID", "Rechnungsnummer", "facture", "numero_fattura"]
)
def test_the_invoice_is_the_case(name: str) -> None:
    columns, said = choose({"customer": ["Ann", "Ben"], name: ["A-1", "A-1"], **ROWS}, Named())
    assert (columns.case, columns.activity, columns.time) == (name, "event", "when")
    assert any(repr(name) in each for each in said)


def test_a_ticket_that_names_an_invoice_stays_the_case() -> None:
    sample = {"ticket_id": ["7", "7"], "invoice": ["A-1", "A-1"], **ROWS}
    assert choose(sample, Named())[0].case == "ticket_id"
