"""What a pilot agreed on: what counts as success, frozen with a hash before the first wave, and its register."""
