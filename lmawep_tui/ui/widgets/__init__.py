"""Line-API views that know nothing of tickets or pods."""
