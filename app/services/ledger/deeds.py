"""What the audit log calls a deed on one entry, and on many at once."""

from __future__ import annotations

from app.security.terms import EntryDeed

ONE = {EntryDeed.ENTERED: "entry.entered", EntryDeed.CHANGED: "entry.changed"}
MANY = {EntryDeed.ENTERED: "entries.entered", EntryDeed.IMPORTED: "entries.imported"}
