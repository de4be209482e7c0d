"""The one application of bench/ledger_sides/django_admin.py."""

from __future__ import annotations

from django.apps import AppConfig


class Bench(AppConfig):
    name = "bench.ledger_sides"
    label = "bench"
