"""Values of the Cilium chart."""
