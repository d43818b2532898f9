"""What is true now: tickets, pods and runs by id."""
