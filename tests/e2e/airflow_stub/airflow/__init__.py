"""As much of Airflow's face as the pipelines of these tests use: tasks, their order, and SQL that reaches a
real database. What a scheduler does is left out."""
from .models import DAG

__all__ = ["DAG"]
