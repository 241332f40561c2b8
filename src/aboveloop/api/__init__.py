"""JSON, web chat and webhooks for programs."""
