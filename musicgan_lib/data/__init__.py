"""Encoded music, by split: what a network sees, read with numpy alone once it was encoded where the music is."""
