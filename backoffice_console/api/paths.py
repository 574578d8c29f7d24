"""Paths that several files of this room extend."""

DECISION = "/api/v1/review/cases/{case_id}/decision"
