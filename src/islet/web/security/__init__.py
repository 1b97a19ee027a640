"""Who may come in and what a page may do: headers, forms, sessions, accounts."""
