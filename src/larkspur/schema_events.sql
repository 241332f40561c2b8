-- What the warehouse says of orders, as it arrives; nothing here holds it to anything. Older databases get it when opened.
CREATE TABLE IF NOT EXISTS status_events (
    id INTEGER PRIMARY KEY, order_id TEXT, status TEXT, at TEXT, received_at TEXT
);
CREATE INDEX IF NOT EXISTS status_events_by_arrival ON status_events (received_at, id);
