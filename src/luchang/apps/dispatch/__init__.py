"""122: calls, the incidents they report, the units sent to them and what those report back.

Four separate records, because each is counted by itself: a call, an incident, a dispatch, a
feedback. Owns the clocks an incident is answered by, the advice which unit to send and why, and
the working pages of the operator desk, the board and the patrol's phone. Does not own the units
themselves (force), nor roads and places (places).
"""
