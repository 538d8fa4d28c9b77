"""Pure parts that everything stands on: no Django, no queries, no settings."""
