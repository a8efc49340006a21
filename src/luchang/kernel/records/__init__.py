"""The record kit: what every ledger needs, once.

State tables, numbers from locked counters, intake that takes each thing once, deadlines, to-dos,
comments, attachments, code tables.
"""
