"""Writes tables in the shapes that real ledgers come in: titles, unit lines, merged headers, totals, notes.

Every file is made the same, byte for byte, each time: nothing here reads a clock or a random source.
"""
import csv
import datetime
import io
import re
import zipfile
from dataclasses import dataclass, field

import openpyxl
import xlwt
from openpyxl.styles import Alignment, Font

FIXED = (2024, 8, 28, 8, 0, 0)
STAMP = "2024-08-28T08:00:00Z"
DAY = datetime.date


@dataclass
class Sheet:
    """One table of a workbook. `groups` are (caption, first column, last column) over the header row."""

    register: str
    name: str
    title: str
    columns: list
    rows: list
    line: str = ""
    groups: list = field(default_factory=list)
    # Column by which section rows stand in the body; rows must be sorted by it.
    sections: str = ""
    # Columns whose repeated values are merged downwards.
    merged: list = field(default_factory=list)
    # Columns that the total row adds up; where it stands.
    totals: list = field(default_factory=list)
    total_on_top: bool = False
    notes: list = field(default_factory=list)
    # The header is printed again after this many rows, as on a new page.
    repeat: int = 0
    blank_lines: int = 0
    # The day of rows that have none of their own.
    on: str = "2024-06-30"


def grid(sheet):
    """The cells of a sheet as rows of values, and merges as (row, column, rows, columns), from 0."""
    lines, merges = [], []
    width = len(sheet.columns) + 1
    heads = ["序号"] + sheet.columns

    def add(values, wide=False):
        lines.append(values + [None] * (width - len(values)))
        if wide:
            merges.append((len(lines) - 1, 0, 1, width))

    def header():
        first = len(lines)
        if not sheet.groups:
            add(list(heads))
            return
        above = list(heads)
        below = [None] * width
        for caption, left, right in sheet.groups:
            a, b = heads.index(left), heads.index(right)
            for at in range(a, b + 1):
                above[at], below[at] = None, heads[at]
            above[a] = caption
            merges.append((first, a, 1, b - a + 1))
        add(above)
        add(below)
        merges.extend((first, at, 2, 1) for at in range(width) if below[at] is None)

    def total():
        values = [None] * width
        values[1] = "合计"
        for name in sheet.totals:
            at = heads.index(name)
            values[at] = sum(row[at - 1] or 0 for row in sheet.rows)
        add(values)

    if sheet.title:
        add([sheet.title], wide=True)
    for _ in range(sheet.blank_lines):
        add([None])
    if sheet.line:
        add([sheet.line], wide=True)
    header()
    if sheet.totals and sheet.total_on_top:
        total()
    at = heads.index(sheet.sections) if sheet.sections else None
    groups, numbers = [], "一二三四五六七八九十"
    previous = {}
    for count, row in enumerate(sheet.rows):
        if at is not None and row[at - 1] not in groups:
            groups.append(row[at - 1])
            size = sum(1 for other in sheet.rows if other[at - 1] == row[at - 1])
            add([f"{numbers[len(groups) - 1]}、{row[at - 1]}（{size}个）"], wide=True)
            previous = {}
        if sheet.repeat and count and count % sheet.repeat == 0:
            header()
            previous = {}
        values = [count + 1] + list(row)
        for name in sheet.merged:
            column = heads.index(name)
            if name in previous and previous[name][0] == values[column]:
                start, height = previous[name][1], len(lines) - previous[name][1] + 1
                merges[:] = [m for m in merges if not (m[0] == start and m[1] == column)]
                merges.append((start, column, height, 1))
                values[column] = None
            else:
                previous[name] = (values[column], len(lines))
        add(values)
    if sheet.totals and not sheet.total_on_top:
        total()
    for note in sheet.notes:
        add([note])
    return lines, merges


def write_xlsx(path, sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        lines, merges = grid(sheet)
        for y, line in enumerate(lines, 1):
            for x, value in enumerate(line, 1):
                if value is None:
                    continue
                cell = page.cell(y, x, value)
                if isinstance(value, DAY):
                    cell.number_format = "yyyy-mm-dd"
        for y, x, height, width in merges:
            page.merge_cells(start_row=y + 1, start_column=x + 1, end_row=y + height, end_column=x + width)
        if sheet.title:
            page.cell(1, 1).font = Font(bold=True, size=16)
            page.cell(1, 1).alignment = Alignment(horizontal="center")
        for x in range(2, len(sheet.columns) + 2):
            page.column_dimensions[openpyxl.utils.get_column_letter(x)].width = 16
    book.properties.creator = "样例"
    raw = io.BytesIO()
    book.save(raw)
    parts = []
    with zipfile.ZipFile(raw) as made:
        for item in made.infolist():
            data = made.read(item)
            if item.filename == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", STAMP.encode(), data)
            parts.append((item.filename, data, zipfile.ZIP_DEFLATED))
    pack(path, parts)


def pack(path, parts):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data, how in parts:
            info = zipfile.ZipInfo(name, FIXED)
            info.compress_type = how
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)


def write_xls(path, sheets):
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    plain = xlwt.easyxf("")
    for sheet in sheets:
        page = book.add_sheet(sheet.name)
        lines, merges = grid(sheet)
        covered = {(y + dy, x + dx) for y, x, h, w in merges for dy in range(h) for dx in range(w)}
        for y, line in enumerate(lines):
            for x, value in enumerate(line):
                if value is not None and (y, x) not in covered:
                    page.write(y, x, value, day if isinstance(value, DAY) else plain)
        for y, x, height, width in merges:
            value = lines[y][x]
            style = day if isinstance(value, DAY) else plain
            page.write_merge(y, y + height - 1, x, x + width - 1, "" if value is None else value, style)
    book.save(str(path))


def write_csv(path, sheets):
    """GB18030 without a mark, CRLF, as the office programs of older machines save it."""
    [sheet] = sheets
    lines, _ = grid(sheet)
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    for line in lines:
        out.writerow(["" if value is None else value for value in line])
    path.write_bytes(text.getvalue().encode("gb18030"))


def write_ods(path, sheets):
    tables = "".join(ods_table(sheet) for sheet in sheets)
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    parts = [
        ("mimetype", kind, zipfile.ZIP_STORED),
        ("content.xml", content, zipfile.ZIP_DEFLATED),
        ("META-INF/manifest.xml", manifest, zipfile.ZIP_DEFLATED),
    ]
    pack(path, parts)


def ods_table(sheet):
    lines, merges = grid(sheet)
    spans = {(y, x): (h, w) for y, x, h, w in merges}
    covered = {(y + dy, x + dx) for y, x, h, w in merges for dy in range(h) for dx in range(w)} - set(spans)
    rows = []
    for y, line in enumerate(lines):
        cells = []
        for x, value in enumerate(line):
            if (y, x) in covered:
                cells.append("<table:covered-table-cell/>")
                continue
            height, width = spans.get((y, x), (1, 1))
            span = f' table:number-rows-spanned="{height}" table:number-columns-spanned="{width}"' if (y, x) in spans else ""
            cells.append(ods_cell(value, span))
        rows.append("<table:table-row>" + "".join(cells) + "</table:table-row>")
    return f'<table:table table:name="{sheet.name}">{"".join(rows)}</table:table>'


def ods_cell(value, span):
    if value is None:
        return f"<table:table-cell{span}/>"
    text = str(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if isinstance(value, DAY):
        kind = f' office:value-type="date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, (int, float)):
        kind = f' office:value-type="float" office:value="{value}"'
    else:
        kind = ' office:value-type="string"'
    return f"<table:table-cell{span}{kind}><text:p>{text}</text:p></table:table-cell>"


WRITERS = {"xlsx": write_xlsx, "xls": write_xls, "csv": write_csv, "ods": write_ods}
