"""The terminal entry ``jixiao``: the same functions as the pages.

Exit codes: 0 done, 1 something refused (reasons printed), 2 wrong usage.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import warnings
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError

from analytics.filters import Filters
from analytics.inflation import prepared
from data import datasets, vocabulary
from data.batch.ingest import IngestResult, ingest
from data.batch.recheck import recheck
from data.codes import refusal
from data.parse import Given
from data.simulate import LAST_YEAR, City, write
from data.submission import Refusal, plain
from data.warehouse import Warehouse, version_name
from exports.byhand import completion, letters
from exports.edition import Edition, naming
from exports.report import formats
from exports.report.spec import ReportSpec
from exports.source import Source
from exports.tables.public import INTERCHANGE_TABLES, PUBLIC_TABLES, export_table
from exports.tables.signals import export_signals
from exports.tables.templates import TEMPLATES, write_template

_OUTCOMES = {"accepted": "已入库", "review": "待复核", "refused": "退回", "unchanged": "未变"}


def warehouse_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--warehouse",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="数据目录；缺省取环境变量 JIXIAO_WAREHOUSE,再缺省为程序旁的 warehouse/。",
    )(command)


class _Help(click.HelpFormatter):
    """Help pages with Chinese headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        words = args.replace("[OPTIONS]", "[选项]").replace("COMMAND", "命令").replace("[ARGS]", "[参数]")
        super().write_usage(prog, words, "用法：")

    def write_heading(self, heading: str) -> None:
        super().write_heading({"Options": "选项", "Commands": "命令"}.get(heading, heading))


class _Context(click.Context):
    formatter_class = _Help


class _Command(click.Command):
    context_class = _Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示本说明。"
        return option


class _Group(_Command, click.Group):
    command_class = _Command


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="绩效透镜：读取部门整体支出绩效自评价报告。",
)
def jixiao() -> None:
    pass


@jixiao.command("ingest", help="读取文件或文件夹并入库，发布一个新的数据版本。")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, readable=False, path_type=Path), metavar="PATH..."
)
@click.option("--year", type=click.IntRange(1949, 2199), metavar="N", help="报告未印年度时采用的年度。")
@click.option("--region", metavar="CODE", help="报告未印区划时采用的六位区划代码。")
@click.option("--json", "as_json", is_flag=True, help="结果以一个 JSON 对象输出。")
@warehouse_option
def ingest_command(
    paths: tuple[Path, ...], year: int | None, region: str | None, as_json: bool, folder: Path | None
) -> None:
    if region is not None:
        _known_region(region)
    warehouse = datasets.own(folder)
    result = ingest(warehouse, paths, Given(year, region), None if as_json else _progress)
    click.echo(json.dumps(_json(result), ensure_ascii=False, indent=2) if as_json else _told(result))
    prepared.prepare(warehouse, [r.fiscal_year for r in result.reports])
    sys.exit(1 if result.refused else 0)


def _known_region(code: str) -> None:
    """Wrong usage unless there is a region of this code."""
    if code not in vocabulary.load().regions_by_code:
        raise click.BadParameter(f"区划代码 {code} 不存在", param_hint="--region")


def _progress(number: int, of: int, name: str) -> None:
    click.echo(f"[{number}/{of}] {name}", err=True)


def _json(result: IngestResult) -> dict[str, Any]:
    return {
        "version": None if result.version is None else version_name(result.version),
        "documents": [asdict(d) for d in result.documents],
        "reports": [
            {k: float(v) if isinstance(v, Decimal) else v for k, v in asdict(r).items()} for r in result.reports
        ],
    }


def _told(result: IngestResult) -> str:
    lines = []
    for d in result.documents:
        reason = f" [{d.reason_code}] {d.reason}" if d.reason_code else f"：{d.reason}" if d.reason else ""
        lines.append(f"{_OUTCOMES[d.outcome]}  {d.file_name}{reason}")
    for r in result.reports:
        totals = "，".join(
            f"{name} {plain(value)}"
            for name, value in (("总计", r.stated_total), ("得分合计", r.leaf_total))
            if value is not None
        )
        doubts = f"，推定 {r.inferred} 项" if r.inferred else ""
        counts = f"三级指标 {r.leaves} 项，{totals}{doubts}，提取存疑 {r.problems} 条"
        counts = counts.replace("，，", "，")
        lines.append(f"  {r.fiscal_year} {r.unit}：{counts}，{_OUTCOMES[r.status]}")
    if not result.documents:
        lines.append("没有找到文件")
    lines.append(f"当前数据版本 {version_name(result.version)}" if result.version else "没有可用的数据版本")
    return "\n".join(lines)


@jixiao.command("export", help="把一张公开表导出为 .csv、.xlsx 或 .parquet 文件，或写出导入用的空白模板。")
@click.argument("table", type=click.Choice((*PUBLIC_TABLES, "budget_execution")), metavar="TABLE")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="导出文件。"
)
@click.option("--interchange", is_flag=True, help="按导入的列名导出，可由 ingest 读回。")
@click.option("--template", "blank", is_flag=True, help="写出该表的空白模板（.xlsx）。")
@warehouse_option
def export_command(table: str, out: Path, interchange: bool, blank: bool, folder: Path | None) -> None:
    fitting = TEMPLATES if blank else INTERCHANGE_TABLES if interchange else PUBLIC_TABLES
    if table not in fitting:
        raise click.BadParameter(f"应为 {'、'.join(fitting)} 之一", param_hint="TABLE")
    if blank:
        write_template(table, out)
        click.echo(f"已写出空白模板 {out}")
        return
    warehouse = datasets.readable(folder)
    with warehouse.cursor() as cursor:
        rows = export_table(cursor, table, out, warehouse.dataset if interchange else None)
    click.echo(f"已导出 {table} {rows} 行至 {out}")


@jixiao.command("report", help="生成一个年度的汇报：.pptx 演示文稿、.docx 情况汇报、.xlsx 一览表或 .html 打印页。")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="汇报文件；为已有的目录时按 年度_区划_名称_数据版本 命名，格式由 --format 指定。",
)
@click.option(
    "--format",
    "forms",
    type=click.Choice([ending.removeprefix(".") for ending in formats.FORMATS]),
    multiple=True,
    help="写入目录时的格式，可多次给出；缺省为 pptx。",
)
@click.option("--year", type=click.IntRange(1949, 2199), metavar="N", help="年度；缺省为最近有报告的年度。")
@click.option("--region", metavar="CODE", multiple=True, help="六位区划代码，含其下级，可多次给出；缺省为全部。")
@click.option("--bureau", default="", metavar="NAME", help="封面上的单位名称。")
@click.option(
    "--template",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="本单位的 .pptx 模板。",
)
@click.option("--public", is_flag=True, help="通报版：得分较低的单位不列名。")
@click.option("--anonymous", is_flag=True, help="脱敏：单位和区划以代号表示。")
@warehouse_option
def report_command(
    out: Path,
    forms: tuple[str, ...],
    year: int | None,
    region: tuple[str, ...],
    bureau: str,
    template: Path | None,
    public: bool,
    anonymous: bool,
    folder: Path | None,
) -> None:
    for code in region:
        _known_region(code)
    if forms and not out.is_dir():
        raise click.BadParameter("--out 不是已有的目录", param_hint="--format")
    spec = ReportSpec(year, Filters(regions=region), Edition(public, anonymous), bureau, template=template)
    warehouse = datasets.readable(folder)
    version = warehouse.current()
    for ending in [f".{form}" for form in forms or ("pptx",)] if out.is_dir() else [""]:
        made = formats.write(warehouse, spec, out, version, ending=ending)
        click.echo(f"已生成汇报（{spec.edition.words}，数据版本 {version_name(version or 0)}）：{made}")


@jixiao.command("signals", help="导出一个年度各报告的证据强度（自评质量核查），一份报告一行。")
@click.option("--year", required=True, type=click.IntRange(1949, 2199), metavar="N", help="年度。")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="导出文件。"
)
@warehouse_option
def signals_command(year: int, out: Path, folder: Path | None) -> None:
    with datasets.readable(folder).cursor() as cursor:
        rows = export_signals(cursor, year, out)
    click.echo(f"已导出 {year} 年 {rows} 份报告的证据强度至 {out}")


@jixiao.command("recheck", help="按数据目录下 thresholds.toml 的阈值重新核对，不重新读取文件。")
@warehouse_option
def recheck_command(folder: Path | None) -> None:
    warehouse = datasets.own(folder)
    number = recheck(warehouse)
    prepared.prepare(warehouse)
    click.echo(f"当前数据版本 {version_name(number)}")


@jixiao.command("complete", help="为退回的文件和存疑的报告生成待补录表（xlsx），一份报告一个文件。")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="存放待补录表的目录。"
)
@warehouse_option
def complete_command(out: Path, folder: Path | None) -> None:
    warehouse = datasets.readable(folder)
    out.mkdir(parents=True, exist_ok=True)
    count = 0
    with warehouse.cursor() as cursor:
        for name, content in completion.every(warehouse, cursor):
            (out / name).write_bytes(content)
            count += 1
    click.echo(f"已生成待补录表 {count} 份至 {out}")


@jixiao.command("letters", help="生成核查意见单（docx 和 xlsx），有待说明事项的单位各一份；填好后可由 ingest 读回。")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="存放意见单的目录。"
)
@click.option("--year", type=click.IntRange(1949, 2199), metavar="N", help="只生成该年度的意见单。")
@click.option("--region", metavar="CODE", help="只生成该区划及其下级的意见单（六位区划代码）。")
@click.option("--public", is_flag=True, help="通报版：意见单内提到的其他得分较低的单位不列名。")
@click.option("--anonymous", is_flag=True, help="脱敏：单位、区划和文件名以代号代替。")
@warehouse_option
def letters_command(
    out: Path, year: int | None, region: str | None, public: bool, anonymous: bool, folder: Path | None
) -> None:
    if region is not None:
        _known_region(region)
    warehouse = datasets.readable(folder)
    filters = Filters((year,) if year else (), (region,) if region else ())
    with warehouse.cursor() as cursor:
        source = Source(
            datasets.DATASETS[warehouse.dataset],
            version_name(warehouse.current() or 0),
            f"{year} 年" if year else "全部年度",
            region or "全部区划",
            date.today().isoformat(),
        )
        out.mkdir(parents=True, exist_ok=True)
        count = 0
        shown = naming(cursor, filters, Edition(public, anonymous))
        for name, content in letters.every(cursor, filters, source, names=shown, named=not anonymous):
            (out / name).write_bytes(content)
            count += name.endswith(".docx")
    click.echo(f"已生成核查意见单 {count} 份（docx 和 xlsx）至 {out}")


@jixiao.command("simulate", help="生成一座模拟城市的导入表（模拟数据，名称和数字均为虚构）。")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="导出目录。"
)
@click.option("--seed", type=click.IntRange(0), default=1, metavar="N", help="随机数种子，相同种子结果相同，缺省 1。")
@click.option("--districts", type=click.IntRange(1, 98), default=12, metavar="N", help="区的个数，缺省 12。")
@click.option("--units", type=click.IntRange(3, 2000), default=200, metavar="N", help="每个区的单位数，缺省 200。")
@click.option("--years", type=click.IntRange(1, 50), default=10, metavar="N", help="年数，止于 2024 年，缺省 10。")
@click.option(
    "--inflated", type=click.FloatRange(0, 1), default=0.2, metavar="SHARE", help="设定异常的单位占比，缺省 0.2。"
)
def simulate_command(out: Path, seed: int, districts: int, units: int, years: int, inflated: float) -> None:
    city = City(seed, districts, units, LAST_YEAR - years + 1, years, inflated=inflated)
    made = write(city, out)
    click.echo(f"已生成 {made.reports} 份报告、{made.leaves} 项三级指标：{made.folder}；设定的异常见 {made.truth}")


@jixiao.command("versions", help="列出数据版本。")
@warehouse_option
def versions_command(folder: Path | None) -> None:
    versions = datasets.own(folder).versions()
    if not versions:
        click.echo("没有数据版本")
    for v in versions:
        state = "当前" if v.current else ("可退回" if v.kept else "已清理")
        at = datetime.fromisoformat(v.created_at).astimezone().strftime("%Y-%m-%d %H:%M")
        click.echo(f"{v.name}  {at}  {state}  {v.detail}")


@jixiao.command("rollback", help="退回上一数据版本，或指定的版本。")
@click.argument("version", required=False, metavar="[VERSION]")
@warehouse_option
def rollback_command(version: str | None, folder: Path | None) -> None:
    warehouse: Warehouse = datasets.own(folder)
    if version is not None and not re.fullmatch(r"v?[0-9]{1,9}", version):
        raise click.BadParameter(f"{version} 不是数据版本号", param_hint="VERSION")
    number = warehouse.rollback(int(version.removeprefix("v")) if version else None)
    click.echo(f"当前数据版本 {version_name(number)}")


def _usage(error: click.UsageError) -> str:
    """A usage error in Chinese."""
    match error:
        case click.NoSuchOption():
            text = f"没有选项 {error.option_name}"
        case click.MissingParameter():
            text = f"缺少参数 {_name(error.param)}"
        case click.BadParameter():
            text = f"参数 {error.param_hint or _name(error.param)} 无效：{_plainly(error)}"
        case click.BadOptionUsage():
            text = f"选项 {error.option_name} 用法有误"
        case NoArgsIsHelpError():
            text = error.format_message()
        case _:
            text = "命令用法有误"
    return text


def _name(param: click.Parameter | None) -> str:
    if param is None:
        return ""
    return param.opts[0] if isinstance(param, click.Option) else (param.human_readable_name or "")


def _plainly(error: click.BadParameter) -> str:
    """click's own English for a wrong value, in Chinese; the project's messages are Chinese already."""
    param = error.param
    if param is None:
        return error.message
    if isinstance(param.type, click.Choice):
        return f"应为 {'、'.join(str(c) for c in param.type.choices)} 之一"
    if isinstance(param.type, click.IntRange):
        return f"应为 {param.type.min} 至 {param.type.max} 的整数"
    if isinstance(param.type, click.Path):
        return "路径不存在或不可用"
    return error.message


def main() -> None:
    """Run the command line; every failure ends in one Chinese line, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    logging.getLogger("data").addHandler(logging.NullHandler())
    if not sys.warnoptions:  # what a library advises its users is nothing to read for ours
        warnings.simplefilter("ignore")
    try:
        jixiao.main(standalone_mode=False)
    except click.UsageError as error:
        click.echo(_usage(error), err=True)
        if error.ctx is not None and not isinstance(error, NoArgsIsHelpError):
            click.echo(f"用法见 {error.ctx.command_path} --help", err=True)
        sys.exit(2)
    except click.Abort:
        click.echo("已中止", err=True)
        sys.exit(1)
    except Refusal as refused:
        click.echo(f"[{refused.code}] {refused.reason}", err=True)
        sys.exit(1)
    except Exception as error:
        if not isinstance(error, OSError):
            broken = refusal("E12", type(error).__name__)
            click.echo(f"[{broken.code}] {broken.reason}", err=True)
            sys.exit(1)
        click.echo(f"[E10] 无法读写文件：{error.filename or ''}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
