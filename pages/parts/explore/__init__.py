"""What only pages of 查看 show."""
