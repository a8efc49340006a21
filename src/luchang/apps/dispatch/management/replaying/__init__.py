"""Real calls, posted to a running platform over HTTP: what `luchang replay` is made of."""
