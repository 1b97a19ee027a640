"""The rules as plain SQL, for warehouses where nothing can be installed."""
