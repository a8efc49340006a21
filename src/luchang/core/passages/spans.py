"""Spans of time that several questions share, in milliseconds."""

DOUBLE_MS = 3_000
"""A camera sees a vehicle again within this: one passage, captured twice."""

FIVE_MINUTES_MS, QUARTER_MS = 5 * 60_000, 15 * 60_000

LINK_MS = 15 * 60_000
"""Longer between two cameras is a stop on the way, not a travel time."""

TAIL_MS = 30 * 60_000
"""What of a day the next day may look back at: the longest section drive."""
