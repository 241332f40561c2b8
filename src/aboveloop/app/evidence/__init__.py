"""Evidence: what happened on some cases as a folder that an outsider can check without this house."""
