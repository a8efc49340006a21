"""Reports: templates, the editions made of them, their check, approval, issue and distribution.

Owns what was printed and when: an issued edition with its values, its digests and who has read
it. Owns no figure: numbers are asked of `kpi`, contradictions are found by `figures`.
"""
