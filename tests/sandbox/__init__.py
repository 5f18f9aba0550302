"""What the sandbox promises to those who test against it."""
