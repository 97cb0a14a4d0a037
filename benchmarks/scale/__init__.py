"""Speed by size: the pages' queries on synthetic warehouses, beside pandas and polars on the same rows."""
