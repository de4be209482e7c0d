"""Requests in, pages and fragments out."""
