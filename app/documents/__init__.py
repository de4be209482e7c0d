"""Data into files that people open: workbooks and tables. Knows no database and no request."""
