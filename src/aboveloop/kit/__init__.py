"""Clock, ids, money, settings, errors and the database. It knows nothing of the business."""
