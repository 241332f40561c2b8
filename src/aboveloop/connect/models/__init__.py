"""Models of outside vendors, spoken to over HTTP. They are asked through `work.privacy.outside` alone."""
