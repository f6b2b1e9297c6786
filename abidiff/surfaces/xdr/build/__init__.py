"""From nodes to the model: names resolved, programs collected."""
