"""Questionnaires as values: from the file to the questions of one wave, from a form or a ballot to answers."""
