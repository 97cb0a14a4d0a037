"""Rules of a million leaves: parsing the distinct texts, then measuring every leaf.

    python benchmarks/rules.py [LEAVES] [TEXTS]

Texts are numbers and wordings varied over the forms; values, weights and texts are drawn so that most leaves are a case
of their own. Prints seconds for both parts, and the processor time of the second.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import duckdb
import pyarrow as pa

from data import warehouse
from data.rules import store

FORMS = (
    "评分规则:1.比率≥{a}%,得满分;2.比率<{a}%,每减少1%,扣{n}%的权重分,扣完为止。",
    "{m}大于{a}%得2分,{b}%-{a}%得1分,小于{b}%不得分",
    "{m}=(实际数/计划数)×100%。得分={m}×分值",
    "要点{n}项各占1/{n}分值,按达成100%-{b}%(含)、部分达成{b}%-60%(含)、未达成60%-0%三档计分",
    "{m}≤{a}%得满分;每超过1个百分点扣0.{n}分,扣完为止",
    "第{a}类{m}管理制度健全的得{n}分,否则不得分",
)
MEASURES = ("预算执行率", "采购完成率", "按时完成率", "覆盖率", "资产利用率", "公开率")


def texts(count: int) -> list[str]:
    draw = random.Random(7)  # noqa: S311 - texts, no secrets
    found: dict[str, None] = {}
    while len(found) < count:
        a = draw.randint(61, 99)
        values = {"a": a, "b": draw.randint(40, a - 1), "n": draw.randint(1, 9), "m": draw.choice(MEASURES)}
        found[draw.choice(FORMS).format(**values)] = None
    return list(found)


def main() -> None:
    leaves = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rules = texts(int(sys.argv[2]) if len(sys.argv) > 2 else 2_000)
    connection = duckdb.connect(config={"threads": 2})
    warehouse.create(connection)
    table = pa.table({"rule_key": pa.array(range(len(rules)), pa.int32()), "rule_text": rules})
    connection.register("batch", table)
    connection.execute("insert into rule_dim select rule_key, rule_text, null from batch")
    connection.execute(
        "insert into value_dim select n, printf('%.2f%%', n / 100), n / 100, '%', null, null, null, null"
        " from range(12000) t(n)"
    )
    connection.execute(
        "insert into leaf_fact select n // 47, n % 47 + 1, 1, 1, hash(n) % 12000, hash(n + 1) % $1, 1 + n % 5, 1, null,"
        " 'yes', null, 1, 'L' || n % 97, '第 1 行' from range($2) t(n)",
        [len(rules), leaves],
    )
    start = time.perf_counter()
    store.read_rules(connection)
    middle, busy = time.perf_counter(), time.process_time()
    store.recompute(connection)
    end, spent = time.perf_counter(), time.process_time() - busy
    states = connection.execute(
        "select status, count(*) from leaf_fact join rule_case using (case_key) group by all order by 2 desc"
    ).fetchall()
    ((cases,),) = connection.execute("select count(*) from rule_case").fetchall()
    print(f"{len(rules)} texts parsed in {middle - start:.2f} s")
    print(f"{leaves} leaves, {cases} cases measured in {end - middle:.2f} s (processor time {spent:.2f} s)")
    print(", ".join(f"{status} {count}" for status, count in states))


if __name__ == "__main__":
    main()
