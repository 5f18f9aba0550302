"""From the sandbox through the tap into real targets, each of them unmodified and in an environment of its own."""
