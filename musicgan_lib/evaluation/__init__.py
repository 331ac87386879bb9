"""What a trained generator is worth: its likelihood, and what an independent judge says."""
