"""Sign in with OAuth: exchange a code with PKCE for a pair of tokens, and renew the pair for all processes."""
