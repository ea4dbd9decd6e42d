"""What the samples share: the streets, invented names, days, and codes that are right in form only."""
import datetime
import random

MARK = "样例"
TOWNS = [
    "曙光街街道", "光明路街道", "中兴路街道", "矿工路街道", "西市场街道", "新新街街道", "青石山街道", "湛河北路街道",
    "西高皇街道", "焦店镇", "香山街道筹备组",
]
STREETS = TOWNS[:9]


def day(text):
    """2024-06-30, or None."""
    return datetime.date.fromisoformat(text) if text else None


def later(start, days):
    return start + datetime.timedelta(days=days)


def dice(name):
    """Chance that is the same for the same ledger, and does not move when another ledger changes."""
    return random.Random("410402/" + name)


def between(chance, first, last):
    """A working weekday between two days, both included."""
    a, b = day(first), day(last)
    while True:
        found = later(a, chance.randrange((b - a).days + 1))
        if found.weekday() < 5:
            return found


def dotted(value):
    """2024.6.3"""
    return f"{value.year}.{value.month}.{value.day}" if value else None


def spoken(value):
    """2024年6月3日"""
    return f"{value.year}年{value.month}月{value.day}日" if value else None


def slashed(value):
    """2024/6/3"""
    return f"{value.year}/{value.month}/{value.day}" if value else None


def agent(number):
    return "样例·代办员" + "甲乙丙丁戊己庚辛"[number % 8]


ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BODY = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def credit_code(number):
    """A code whose check characters are right and whose organisation code (XXXX…) no registrar gave out."""
    body = f"XXXX{number:04}"
    sum_of_body = sum(BODY.index(c) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2)))
    rest = 11 - sum_of_body % 11
    code = "91410402" + body + {10: "X", 11: "0"}.get(rest, str(rest))
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code))
    return code + ALPHABET[(31 - total % 31) % 31]
