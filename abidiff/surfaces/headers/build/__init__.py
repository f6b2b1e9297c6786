"""From tokens to the model: declarations, types, records, constants."""
