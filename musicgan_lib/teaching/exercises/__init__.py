"""The judges of the exercises, one file a chapter."""
