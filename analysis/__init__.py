"""From the answers of a pilot to a verdict: pure functions on frames, without web framework or database."""
