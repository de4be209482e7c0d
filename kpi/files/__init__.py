"""The only place that reads entries and writes workbooks: JSON Lines, CSV, Excel.

Each module is imported for itself: whoever only reads rows, in a process of its own, does not load the rulebooks and
Excel's writer first. Survey records come from `kpi.files.records`, which alone loads the table engine.
"""
