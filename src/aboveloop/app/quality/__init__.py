"""Problems found: read from the ledger, so that what went wrong is as visible inside as what went well."""
