"""Mails to the people who are asked: their text, their way out, and the worker that sends them."""
