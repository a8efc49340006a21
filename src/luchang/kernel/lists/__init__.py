"""Lists of records: search, filters, saved views, columns, export and import, print."""
