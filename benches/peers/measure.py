"""What a process and all its children cost, from /proc: CPU time of the whole tree, memory in proportion."""

import os

TICKS = os.sysconf("SC_CLK_TCK")


def tree(roots):
    """The processes and everything below them."""
    below = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = stat(name)
            if fields:
                below.setdefault(int(fields[1]), []).append(int(name))
    found, waiting = [], list(roots)
    while waiting:
        process = waiting.pop()
        found.append(process)
        waiting += below.get(process, [])
    return found


def stat(process):
    """The fields after the name in brackets; none if it has ended."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as file:
            text = file.read()
    except OSError:
        return None
    return text[text.rindex(")") + 2:].split()


def cpu_s(roots):
    """User and system seconds, ended children included."""
    fields = filter(None, map(stat, tree(roots)))
    return sum(sum(map(int, each[11:15])) for each in fields) / TICKS


def memory_mb(roots):
    """Proportional and private memory, MB."""
    shared = private = 0
    for process in tree(roots):
        try:
            with open(f"/proc/{process}/smaps_rollup", encoding="utf-8") as file:
                for line in file:
                    name, _, rest = line.partition(":")
                    if name == "Pss":
                        shared += int(rest.split()[0])
                    elif name == "Private_Dirty":
                        private += int(rest.split()[0])
        except OSError:
            pass
    return {"pss_mb": round(shared / 1024), "private_mb": round(private / 1024)}
