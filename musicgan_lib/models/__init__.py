"""The networks and their samplers, one file a system; numpy and torch alone."""
