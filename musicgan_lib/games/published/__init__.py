"""Programs of papers as they ran, a file each, where the shared loops would have to bend for them."""
