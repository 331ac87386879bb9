"""Music as arrays: each module encodes a piece, decodes an array, and says what a round trip loses."""
