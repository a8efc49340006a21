"""GA/T 1049: the command platform (TICP) speaks to a signal control system (UTCS) in XML over TCP.

What stands on one source only is a field of `dialect.Dialect` and is listed there by name.
"""
