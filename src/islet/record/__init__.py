"""The record that keeps: cases, plans, decisions, releases, wishes, people, and a trail of who did what."""

from islet.record.errors import NotAllowed, RecordError, StaleCase, TooManyTries
from islet.record.record import Record, default_url, open_record

__all__ = ["NotAllowed", "Record", "RecordError", "StaleCase", "TooManyTries", "default_url", "open_record"]
