"""Keys and the revisions they carry."""
