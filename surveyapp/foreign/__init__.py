"""Questionnaires of other programs, read and written: nothing is lost in silence."""
