"""Azure Resource Manager behind the port of deployments."""
