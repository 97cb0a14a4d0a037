"""自评质量核查: evidence that self-scores stand above (or below) what values, rules and peers bear out.

``signals`` measures, ``evidence`` adds up (SII) and ranks, ``significance`` tests where a null distribution exists,
``assess`` puts the three together for a fiscal year, ``views`` shows them. The method is ``docs/method.md``.
"""

from analytics.inflation.assess import COLUMNS, Assessment, assess

__all__ = ["COLUMNS", "Assessment", "assess"]
