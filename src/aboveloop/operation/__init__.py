"""The operation folder: its models, loading, checking, digest and releases."""
