"""The system of record of the turns bench: a few functions over a dict, the same for both sides."""

import threading

ORDERS = {
    f"LK-{number}": {"order_id": f"LK-{number}", "customer_id": "c_1", "status": "placed"} for number in range(1000)
}
CUSTOMERS = {"c_1": {"customer_id": "c_1", "name": "Anna"}}
_done: dict[str, dict[str, str]] = {}
_lock = threading.Lock()


def get_order(order_id: str) -> dict[str, str]:
    return dict(ORDERS[order_id])


def get_customer(customer_id: str) -> dict[str, str]:
    return dict(CUSTOMERS[customer_id])


def note_order(order_id: str, note: str, idempotency_key: str) -> dict[str, str]:
    with _lock:
        return _done.setdefault(idempotency_key, {"order_id": order_id, "note": note})
