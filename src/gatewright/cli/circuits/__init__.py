"""Commands that deal with circuits."""
