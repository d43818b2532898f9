"""What things are: pure data and pure rules, standard library only."""
