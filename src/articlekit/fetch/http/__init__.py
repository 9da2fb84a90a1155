"""One request at a time: guarded addresses, deadlines, redirects, retries."""
