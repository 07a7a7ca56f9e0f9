"""Playbooks: reading, checking, and the ones that ship."""
