"""Figures that reports state: read from their text, checked, kept beside what the records say.

Owns documents handed in for checking, the figures found in them, what contradicts, and an
officer's judgement of each. Owns no indicator: a reported figure is compared with one and never
changes it, and no figure here is ever counted from another.
"""
