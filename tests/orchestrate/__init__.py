"""The project for Airflow in `orchestrate/`: its parts, and the whole of it on the real engine."""
