"""YAML files that people write: read with line and column, every problem named at once, nothing executed."""
