"""What one step of training does, for each kind of music and of networks; a system names a game and its sizes."""
