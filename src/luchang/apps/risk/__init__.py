"""Risk: lists of what endangers the road, and what is done about it until it is struck off.

Owns hazards with their closed loop and the instruments beside it: interviews, exposures, notices
of rectification and transfers. Who the key subjects are is `subjects`' business.
"""
