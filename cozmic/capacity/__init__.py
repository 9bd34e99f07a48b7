"""flask capacity: how many people a deployment can serve, from what a request costs here."""
