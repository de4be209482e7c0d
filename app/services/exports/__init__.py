"""Entries taken away as files: what is filtered, masked unless a reason is given, every one recorded."""
