"""Signals: a fixed plan from counts, the next stage from detectors, a bound that no plan beats.

Times are seconds, flows vehicles an hour, lengths metres; a link is one lane-to-lane way through
a junction as its controller switches it.
"""

VERSION = "1.1"
"""Version of the advice; changes whenever equal inputs may give another result."""
