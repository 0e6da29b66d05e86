"""L2 announcements."""
