"""What an agent printed, as the conversation a person wants to skim: lines for the command line and for the screen."""
