"""The other sides of bench/ledger_page.py, each a WSGI app over the same table."""
