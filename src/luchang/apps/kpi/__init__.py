"""The figures of the force: every indicator the apps declare, its values, its past, its rows.

This domain owns what is made of indicators: the catalogue, comparisons and control limits, kept
values of closed periods, dashboards, the wall screen and assessments. It owns no record that is
counted and defines no figure of another domain.
"""
