"""Whom and what the force keeps an eye on: enterprises, freight sources, key vehicles and drivers.

Owns who drives what for whom, what is due when and whether it was done, the vehicles taken off the
road and the licences cancelled or recalled. Does not know hazards, interviews or penalties: those
belong to the domains above, which add their cards to a subject's page.
"""
