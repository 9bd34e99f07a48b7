"""flask doctor on deployments that are right, and on many that are not."""
