"""The panes of mission control."""
