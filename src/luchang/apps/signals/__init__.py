"""Signalled junctions: how they are built and timed, counted, improved, proven and watched.

Owns junctions with the versions of their layout, traffic counts, timing studies from complaint to
acceptance, the plans in force, reorganised junctions, and what controllers report. It does not own
the lamps as things that break (`facilities`) nor the roads (`places`).
"""
