"""Pages of the inbox, by topic. Each view reads the request, makes one call, and answers."""
