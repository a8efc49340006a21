"""Facilities on the road: signs, signals, barriers, markings and parking bays, and their upkeep.

Owns the registry of what stands where, the orders by which it is put up, repaired and taken away,
and the stock these use. It does not own signal plans (`signals`) nor the roads (`places`).
"""
