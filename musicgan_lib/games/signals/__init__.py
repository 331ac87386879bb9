"""What reaches the generator: by the score of what was drawn, by slopes through what was made, by matched features."""
