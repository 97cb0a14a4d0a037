"""What people enter and decide: 待补录表 that come back filled in, and reports in review that a person accepts."""
