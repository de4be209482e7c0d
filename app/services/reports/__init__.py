"""报告: which are owed, computing and keeping them, words, handing in, the archive."""
