"""Commands that deal with gates."""
