"""Models of outside vendors, spoken to over HTTP: about cases through `work.privacy` alone, for fits by `app`."""
