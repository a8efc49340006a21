"""GB/T 20999-2017: the platform asks signal controllers themselves, in binary frames.

Read only: how stages map to lamps and how a setting is acknowledged is not confirmed, and what is
not confirmed is not sent. What stands on one source is a field of `dialect.Dialect`.
"""
