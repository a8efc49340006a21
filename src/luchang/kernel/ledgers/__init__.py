"""Ledgers: a list, the record's page, and what is done with a record, declared and not coded."""
