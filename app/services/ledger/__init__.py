"""台账: entries are read by the engine's checker, kept with people sealed, and followed to their verification."""
