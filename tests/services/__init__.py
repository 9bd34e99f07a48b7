"""The real PostgreSQL, Redis and Chromium that tests and measurements use: found, started, and stopped again."""
