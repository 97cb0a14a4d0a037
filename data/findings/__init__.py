"""存疑事项: what is odd in the reports themselves, found set by set, and the facts the checks stand on."""

from data.findings.run import run

__all__ = ["run"]
