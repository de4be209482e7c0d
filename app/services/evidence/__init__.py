"""佐证材料: files kept under their hash, and the entries that they prove."""
