"""The commands, one module per group; each gets the services it names and nothing else."""
