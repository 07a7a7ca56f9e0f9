"""Signing in with OAuth: a code with PKCE for a pair of tokens, and the pair kept fresh for all processes."""
