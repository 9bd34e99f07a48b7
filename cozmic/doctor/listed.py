"""Every check, in the order in which they are told."""

from __future__ import annotations

from cozmic.doctor import database, machine, redis, school, settings
from cozmic.doctor.checks import Check

CHECKS = (
    Check("configuration", settings.look_at_configuration),
    Check("secret", settings.look_at_secret),
    Check("https", settings.look_at_https),
    Check("proxies", settings.look_at_proxies),
    Check("database", database.look_at_kind),
    Check("migrations", database.look_at_migrations),
    Check("indices", database.look_at_indices),
    Check("connections", database.look_at_connections),
    Check("timeouts", database.look_at_timeouts),
    Check("commit", database.look_at_commit),
    Check("clock", database.look_at_clock),
    Check("redis", redis.look_at_redis),
    Check("redis-memory", redis.look_at_redis_memory),
    Check("page-cache", settings.look_at_cache),
    Check("workers", machine.look_at_workers),
    Check("memory", machine.look_at_memory),
    Check("disk", machine.look_at_disk),
    Check("files", machine.look_at_files),
    Check("backup", school.look_at_backup),
    Check("mail", settings.look_at_mail),
    Check("sentry", settings.look_at_sentry),
    Check("metrics", settings.look_at_metrics),
    Check("demo-logins", school.look_at_demo),
    Check("load-test", school.look_at_load),
)
