"""The tests of the tap; each is a sentence about what it does."""
