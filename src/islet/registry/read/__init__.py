"""Tables as batches of rows that know their place in the file: Parquet, CSV, NDJSON, or a table in memory."""
