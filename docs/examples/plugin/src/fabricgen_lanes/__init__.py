"""A landing page for the people of the LAN, as a component of fabricgen, and rules of the house."""
