"""How Waymark runs: settings, addresses, processes, the demo."""
