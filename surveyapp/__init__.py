"""An anonymous survey platform that tells a company whether its AI pilot should be rolled out."""
