"""What arrives in warehouses, through real targets in environments of their own."""
