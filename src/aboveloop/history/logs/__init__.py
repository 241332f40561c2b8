"""Event logs of other systems, as they are: CSV, Parquet, XES, OCEL. It knows how they are written."""
