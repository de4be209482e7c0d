"""Evidence: the sealed bytes on disk or in a bucket, and the rows that say what they prove."""
