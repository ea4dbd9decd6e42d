"""Writes ledger.xls and ledger_1904.xls, the only committed workbooks: nothing in Rust writes xls.

Run with xlwt 1.3.0 from PyPI: python make_xls.py
"""

import datetime

import xlwt


def ledger(path, epoch_1904):
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = epoch_1904
    sheet = book.add_sheet("台账")
    sheet.write_merge(0, 0, 0, 4, "2024年重点项目台账")
    sheet.write(1, 0, "单位：万元")
    for col, heading in enumerate(["序号", "项目名称", "总投资（亿元）", "开工时间", "备注"]):
        sheet.write(2, col, heading)
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    sheet.write_merge(3, 4, 1, 1, "甲产业园")
    for row, (serial, amount) in enumerate([(1, 12.5), (2, 0.1 + 0.2)], start=3):
        sheet.write(row, 0, serial)
        sheet.write(row, 2, amount)
        sheet.write(row, 3, datetime.date(2024, 6, 30), day)
    sheet.write(4, 4, xlwt.Formula("1/0"))
    sheet.write(5, 0, "合计")
    hidden = book.add_sheet("底表")
    hidden.visibility = 1
    hidden.write(0, 0, "x")
    book.save(path)


ledger("ledger.xls", False)
ledger("ledger_1904.xls", True)
