-- Made after the first day's records, which is quicker than keeping them while they are written.
CREATE INDEX orders_of_customer ON orders (customer_id, placed_at);
CREATE INDEX lines_of_order ON lines (order_id);
CREATE INDEX returns_of_order ON returns (order_id);
CREATE INDEX return_lines_of_line ON return_lines (line_id);
CREATE INDEX refunds_of_order ON refunds (order_id);
CREATE INDEX exchanges_of_order ON exchanges (order_id);
CREATE INDEX invoices_of_order ON invoices (order_id);
CREATE INDEX parcel_events_of_order ON parcel_events (order_id, at);
CREATE INDEX traces_of_order ON traces (order_id);
CREATE INDEX order_notes_of_order ON order_notes (order_id);
CREATE INDEX variants_of_product ON variants (product_id);
