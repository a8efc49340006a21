"""Who can be sent: officers and auxiliaries, what they are qualified for, cars, patrol units.

Owns shifts and who is on duty now, and where each unit is. Does not know what a unit is busy with:
that belongs to whoever sent it.
"""
