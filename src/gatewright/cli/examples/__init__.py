"""Commands that learn circuits from examples, and judge them."""
