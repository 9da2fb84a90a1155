"""The checks, one file a group. A check is a small function in its file's table."""
