"""The only place that reads entries and writes workbooks: JSON Lines, CSV, Excel."""

from kpi.files.reading import read_entries
from kpi.files.source import EntrySource, FileRefused
from kpi.files.tables import table_rows
from kpi.files.template import write_template

__all__ = ["EntrySource", "FileRefused", "read_entries", "table_rows", "write_template"]
