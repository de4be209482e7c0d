"""Survey of large volume: element tables, record and table scores, coverage, sampling, acceptance."""
