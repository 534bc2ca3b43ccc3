"""The chapters of the readout, each a function from a reading to its blocks; a chapter without figures says why."""
