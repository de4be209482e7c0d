"""工作台: what waits at a person, over all their contracts, with deadlines in working days.

Everything comes from small queries over indexes and from the standings; nothing is counted over all entries.
"""
