"""Whole experiments of one chapter each. Nothing in the library needs them; they stand on all of it."""
