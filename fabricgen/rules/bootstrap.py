"""Bootstrap and adoption."""
