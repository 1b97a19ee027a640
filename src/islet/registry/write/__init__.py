"""Decisions as a table on disk: Parquet, CSV or NDJSON, never half a file that looks whole."""
