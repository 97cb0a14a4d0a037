"""汇报: what goes into a report of a year or of collected views, and each format in which it is written."""
