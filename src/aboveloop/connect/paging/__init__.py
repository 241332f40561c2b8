"""Paging: brings a call to a person's telephone through a webhook, or to their mailbox. Knows no rota."""
