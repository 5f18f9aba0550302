"""What the DAGs beside this folder are made of."""
