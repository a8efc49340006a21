"""Passages: which cameras there are, what they saw, who is looked for, how traffic runs.

Owns the register of cameras, what is asked of the store of passages and by whom, watch lists and
their alarms, counts and travel times, and what is erased by law. It does not own the facility a
camera stands on (`facilities`), nor the files of the store itself (`kernel.segments`).
"""
