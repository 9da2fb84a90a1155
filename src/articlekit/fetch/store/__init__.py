"""The image cache: content-addressed files and their index."""
