-- The tables of Larkspur's order system. Money is whole euro cents, instants are ISO text in UTC.
CREATE TABLE customers (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, phone TEXT NOT NULL, street TEXT NOT NULL,
    postcode TEXT NOT NULL, city TEXT NOT NULL, country TEXT NOT NULL, created TEXT NOT NULL, closed TEXT
) WITHOUT ROWID;
CREATE TABLE products (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, category TEXT NOT NULL, price_cents INTEGER NOT NULL CHECK (price_cents >= 0)
) WITHOUT ROWID;
CREATE TABLE variants (
    sku TEXT PRIMARY KEY, product_id TEXT NOT NULL REFERENCES products (id), size TEXT NOT NULL, colour TEXT NOT NULL,
    stock INTEGER NOT NULL CHECK (stock >= 0)
) WITHOUT ROWID;
CREATE TABLE orders (
    id TEXT PRIMARY KEY, customer_id TEXT NOT NULL REFERENCES customers (id),
    status TEXT NOT NULL CHECK (status IN ('placed', 'packed', 'shipped', 'delivered', 'cancelled', 'lost')),
    placed_at TEXT NOT NULL, packed_at TEXT, shipped_at TEXT, delivered_at TEXT, cancelled_at TEXT,
    promised_by TEXT NOT NULL, carrier TEXT NOT NULL, tracking TEXT, address TEXT NOT NULL, note TEXT NOT NULL,
    shipping_cents INTEGER NOT NULL, paid_cents INTEGER NOT NULL,
    refunded_cents INTEGER NOT NULL CHECK (refunded_cents BETWEEN 0 AND paid_cents),
    payment_method TEXT NOT NULL, replaces TEXT UNIQUE
) WITHOUT ROWID;
CREATE TABLE lines (
    id TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders (id), sku TEXT NOT NULL REFERENCES variants (sku),
    quantity INTEGER NOT NULL CHECK (quantity > 0), price_cents INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE returns (
    id TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders (id),
    state TEXT NOT NULL CHECK (state IN ('requested', 'received', 'refunded', 'withdrawn')),
    reason TEXT NOT NULL, requested_at TEXT NOT NULL, received_at TEXT, refunded_at TEXT
) WITHOUT ROWID;
CREATE TABLE return_lines (
    return_id TEXT NOT NULL REFERENCES returns (id), line_id TEXT NOT NULL REFERENCES lines (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0), PRIMARY KEY (return_id, line_id)
) WITHOUT ROWID;
CREATE TABLE refunds (
    id TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders (id), return_id TEXT REFERENCES returns (id),
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    state TEXT NOT NULL CHECK (state IN ('pending', 'settled', 'voided')),
    reason TEXT NOT NULL, key TEXT NOT NULL UNIQUE, made_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE exchanges (
    id TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders (id), line_id TEXT NOT NULL REFERENCES lines (id),
    wanted_sku TEXT NOT NULL REFERENCES variants (sku),
    state TEXT NOT NULL CHECK (state IN ('open', 'sent', 'withdrawn')), requested_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE invoices (
    number TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders (id), issued_at TEXT NOT NULL,
    total_cents INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE invoice_copies (
    id INTEGER PRIMARY KEY, number TEXT NOT NULL REFERENCES invoices (number), email TEXT NOT NULL, sent_at TEXT NOT NULL
);
CREATE TABLE parcel_events (
    id INTEGER PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders (id), at TEXT NOT NULL, code TEXT NOT NULL,
    place TEXT NOT NULL
);
CREATE TABLE traces (
    id TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders (id),
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')), reason TEXT NOT NULL, opened_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE order_notes (
    id INTEGER PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders (id), text TEXT NOT NULL, written_at TEXT NOT NULL
);
-- Every write that was performed, and the table of idempotency keys in one: they cannot drift apart.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, operation TEXT NOT NULL, arguments TEXT NOT NULL,
    result TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE company (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
