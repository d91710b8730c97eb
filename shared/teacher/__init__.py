"""Asking the teacher: prompt, attempts and repair, judge."""
