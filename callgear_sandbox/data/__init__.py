"""Made-up data: every value follows from the seed and the number of the row."""
