"""The questions asked over the screen."""
