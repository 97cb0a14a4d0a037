"""模拟数据: a simulated city, district by district and year by year, marked as simulated everywhere.

``write`` makes interchange tables (and the truth of what was planted), so that simulated data enters by the same door
as everything else. ``City`` says what to simulate; the same city always gives the same tables.
"""

from data.simulate.city import ACTS, LAST_YEAR, City
from data.simulate.write import write

__all__ = ["ACTS", "LAST_YEAR", "City", "write"]
