"""Bytes to an image that any book may hold."""
