"""Advice for the 122 desk: whom to send, what to do next, where cover is missing, what repeats.

Problem in, result out. A result names the version of this core, its parameters and a hash of
everything it was computed from, so that the advice of any day can be computed again.
"""

VERSION = "1.1"
"""Version of the advice; changes whenever equal inputs may give another result."""
