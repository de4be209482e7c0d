"""The only place that reads entries and writes workbooks: JSON Lines, CSV, Excel.

Survey records come from `kpi.files.records`, which alone loads the table engine.
"""

from kpi.files.csv_rows import csv_table
from kpi.files.limits import Limits, Progress, Told
from kpi.files.reading import RowResult, read_entries, read_rows
from kpi.files.refusal import FileRefused, NothingInside
from kpi.files.source import EntrySource
from kpi.files.tables import TableFile, table_rows
from kpi.files.template import write_template

__all__ = [
    "EntrySource",
    "FileRefused",
    "Limits",
    "NothingInside",
    "Progress",
    "RowResult",
    "TableFile",
    "Told",
    "csv_table",
    "read_entries",
    "read_rows",
    "table_rows",
    "write_template",
]
