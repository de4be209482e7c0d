"""考核: a period is opened, scored, told to the contractor, contested, signed by both sides and frozen.

The engine (`kpi.evaluation`) says what every clause gives; a person decides only what it leaves to a person. Figures
are measured once (`measuring`) and kept beside the sheet, so that each decision is reckoned anew at once.
"""
