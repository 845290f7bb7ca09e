"""Power models: fitted here, kept in `models.json`, read by `sim`."""
