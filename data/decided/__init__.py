"""What people decided, kept beside the versions: decisions on findings, lists drawn for 抽查."""
