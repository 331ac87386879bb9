"""How a generator learns: losses, gradients through samples, rewards, and the exact oracle."""
