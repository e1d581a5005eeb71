"""The queue of jobs: what processes ask of workers, by messages on SQLite, PostgreSQL or Redis."""

from studio.jobs.jobs import Jobs, open_jobs

__all__ = ["Jobs", "open_jobs"]
