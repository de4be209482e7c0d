"""Rule types: text in, rules out. Nothing is evaluated here."""
