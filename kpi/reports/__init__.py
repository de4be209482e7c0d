"""Results as data and as readable sheets, and the trace from any figure down to its entries."""
