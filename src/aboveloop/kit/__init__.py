"""Clock, ids, money, settings, errors, large files and the database. It knows nothing of the business."""
