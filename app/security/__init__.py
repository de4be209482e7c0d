"""Permissions, passwords, tokens, encryption: plain functions that know no Flask and no database."""
