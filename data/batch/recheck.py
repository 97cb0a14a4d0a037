"""Check the reports of a warehouse again, under thresholds that were changed, without reading a document."""

from __future__ import annotations

from data.codes import refusal
from data.findings import catalogue
from data.warehouse import Warehouse


def recheck(warehouse: Warehouse) -> int:
    """Publish the current reports under the thresholds the folder sets now; the number of the new version.

    Raises ``Refusal`` E15 without a version, E31 for a wrong threshold, E13 while another process writes.
    """
    catalogue.thresholds(warehouse.folder)
    if warehouse.current() is None:
        raise refusal("E15")
    with warehouse.writing():
        return warehouse.publish(lambda _: None, "recheck", "按现行阈值重新核对")
