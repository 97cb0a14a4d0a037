"""Interchange: reports, rosters and finance data as tables (Parquet, CSV, xlsx), English names or Chinese headers.

``columns`` says what a table may hold; ``read`` runs in the child and re-writes a file as typed Arrow batches;
``arrivals`` takes these over in the parent, ``judge`` decides on each report, ``load`` fills the ``batch_…`` tables of
``data/batch/load.sql``; ``write`` makes tables from rows. An uploaded file itself is never opened by the database.
"""
