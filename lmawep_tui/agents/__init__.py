"""The phone calls: profiles, prompts and the supervisor that runs an agent."""
