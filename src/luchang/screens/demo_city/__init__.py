"""A city of Zhuzhou's shape with invented people, built from a seed: the same seed, the same city.

Division names are real; everything else is made up. Unit codes carry a D after the division's six
digits and badge numbers begin with D, so that nobody takes them for real ones.
"""
