"""审核: one entry or many are verified or given back; nobody decides on their own work."""
