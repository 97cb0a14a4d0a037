"""Who reports: 应报名单, the names units go by, their identity."""
