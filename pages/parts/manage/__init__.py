"""What only pages of 管理 show."""
