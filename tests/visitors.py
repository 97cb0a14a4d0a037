"""Who asks: at the machine itself, or from outside."""

from __future__ import annotations

from data.batch.uploads import Visitor

LOCAL, OUTSIDE = Visitor("127.0.0.1"), Visitor("0.0.0.0")  # noqa: S104 - the address an exposed server is bound to
