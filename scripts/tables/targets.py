"""The targets of the mapper and what was reached, from measured rows; figures of other tools are those of their measurement."""
import math
import statistics

CGRA_MAPPER = {  # II that CGRA-Mapper reported on its 4x4, loop 0 of the kernel of that name
    **dict.fromkeys(["aggregate1", "aggregate2", "bicg", "combine", "combine_relu", "compress", "conv", "fft", "fir", "gemm", "histogram", "init",
                     "invert", "latnrm", "mvt", "pooling", "relu", "relu_histogram", "spmv", "spmv_conv"], 4),
    "determinant": 7, "solver0": 12, "solver1": 17, "adpcm_decoder": 10, "adpcm_coder": 48}
SAT_MAPIT = {  # II on 2x2, 3x3, 4x4, 5x5 (None: none in 120 s), and CPU seconds on 4x4
    "bit_count": ([3, 3, 3, 3], 0.42), "reverse_bits": ([3, 3, 3, 3], 0.26), "isqrt": ([5, 5, 5, 5], 0.49), "gsm": ([5, 3, 4, 4], 3.3),
    "string_search": ([4, 2, 2, 2], 2.3), "sha1": ([7, None, 3, 3], 5.0), "sha2": ([9, 8, 8, 8], 6.8)}
MORPHER_ARRAYS = {"hycube_original": "HyCUBE", "n2n": "N2N", "stdnoc": "stdnoc"}


def loops(rows):
    return [(row, loop) for row in rows for loop in row["loops"]]


def share(part, whole):
    return f"{part} of {whole}" + (f" ({100 * part / whole:.1f} %)" if whole else "")


def is_proved(loop):
    return loop["ii"] > 0 and loop["ii"] == loop["bound"]


def target(text, reached, holds):
    return f"| {text} | {reached} | {'yes' if holds else '**no**'} |"


def of_kernels(rows):
    each = loops(rows)
    found = [loop for _, loop in each if loop["ii"]]
    proved = sum(is_proved(loop) for loop in found)
    seconds = [loop["seconds"] if loop["best"] is None else loop["best"] for loop in found]
    verified = [row for row in rows if row["verify"]]
    equal = sum(row["verify"]["status"] == 0 for row in verified)
    yield target("shipped kernels on five arrays: II found for all", share(len(found), len(each)), len(found) == len(each))
    yield target("minimum II proved for 90 %, 60 s each", share(proved, len(each)), proved >= 0.9 * len(each))
    if seconds:
        yield target("median time to the best II under 1 s", f"{statistics.median(seconds):.3f} s, largest {max(seconds):.1f} s (CPU until the II was there; {max(loop['seconds'] for loop in found):.1f} s with its proof)",
                     statistics.median(seconds) < 1)
    yield target("every such mapping equal in native C, interpreter, SystemC and RTL", share(equal, len(verified)), verified and equal == len(verified))
    memory = max((row["run"]["memory"] for row in rows), default=0)
    yield target("memory of an instance under 2 GiB", f"at most {memory} MB", memory < 2048)


def halved(rows):
    """Of the loops of which CGRA-Mapper reports II 4: all, and those of II 3 or less."""
    asked = [row for row in rows if CGRA_MAPPER[row["graph"]] == 4]
    return asked, [row for row in asked if row["loops"] and 0 < max(loop["ii"] for loop in row["loops"]) <= 3]


def of_peers(rows, at_equal_rules):
    asked, good = halved(rows)
    asked_equal, good_equal = halved(at_equal_rules)
    rows = rows + at_equal_rules
    fast = [row for row in rows if sum(loop["seconds"] for loop in row["loops"]) < 1]
    equal = sum(bool(row["verify"]) and row["verify"]["status"] == 0 for row in rows)
    worse = sorted({row["graph"] for row in asked if row not in good})
    yield target("CGRA-Mapper's kernels typed anew: II 2 or 3 (or less) where it reports 4",
                 f"at equal rules {share(len(good_equal), len(asked_equal))}; on our two arrays, which are stricter, {share(len(good), len(asked))}" +
                 (f"; there not: {', '.join(worse)}" if worse else ""), asked_equal and len(good_equal) == len(asked_equal))
    slow = sorted({row["graph"] + " on " + row["array"] for row in rows if row not in fast})
    yield target("under 1 s", share(len(fast), len(rows)) + (f"; not: {', '.join(slow)}" if slow else ""), len(fast) == len(rows))
    yield target("each equal in native C, interpreter, SystemC and RTL", share(equal, len(rows)), equal == len(rows))


def of_loops(rows):
    good = faster = 0
    timed, alone = [], []
    for row in rows:
        theirs, seconds = SAT_MAPIT[row["graph"]]
        limit = theirs[int(row["array"][-1]) - 2]
        ii = row["loops"][0]["ii"] if row["loops"] else 0
        good += 0 < ii and (limit is None or ii <= limit)
        if row["array"].endswith("4x4"):
            timed.append(seconds / max(row["run"]["cpu"], 1e-3))
            alone.append(seconds / max(sum(loop["seconds"] for loop in row["loops"]), 1e-3))
            faster += timed[-1] >= 10
    yield target("SAT-MapIt's loops (our graphs of the same size and recurrence), 2x2 to 5x5: same or lower II", share(good, len(rows)), good == len(rows))
    if timed:
        yield target("10 times less CPU time than its table has (4x4; whole process)", f"{share(faster, len(timed))}, least {min(timed):.1f} times; the mapper alone, without the start of "
                     f"the process: {sum(each >= 10 for each in alone)} of {len(alone)}, least {min(alone):.0f} times", faster == len(timed))


def of_morpher(rows, solver):
    for array, name in MORPHER_ARRAYS.items():
        mine = [row for row in rows if row["array"] == array and row["set"] == f"morpher {solver}" and not row["refused"]]
        found = [loop for _, loop in loops(mine) if loop["ii"]]
        if not mine:
            continue
        at, near = (sum(loop["ii"] <= loop["mii"]["total"] + gap for loop in found) for gap in (0, 1))
        mean = math.exp(sum(math.log(loop["ii"] / loop["mii"]["total"]) for loop in found) / max(len(found), 1))
        who = f"Morpher's graphs on its {name}, `{solver}`"
        if name != "HyCUBE":
            yield target(f"{who}: 85 % mapped within 120 s", share(len(found), len(mine)), len(found) >= 0.85 * len(mine))
            continue
        memory, cpu = max(row["run"]["memory"] for row in mine), max(row["run"]["cpu"] for row in mine)
        yield target(f"{who}: all mapped, 60 s, 500 MB", f"{share(len(found), len(mine))}; at most {cpu:.1f} CPU s{' (two threads)' if solver == 'portfolio' else ''} and {memory} MB",
                     len(found) == len(mine) and memory <= 500 and cpu <= (120 if solver == "portfolio" else 60))
        yield target(f"{who}: II = MII on 80 %, at most 1 above on 95 %", f"{share(at, len(found))}, {share(near, len(found))}",
                     at >= 0.8 * len(mine) and near >= 0.95 * len(mine))
        yield target(f"{who}: geometric mean of II / MII at most 1.05", f"{mean:.3f}", mean <= 1.05)


def of_panorama(rows):
    good = [row for row in rows if row["loops"] and 0 < row["loops"][0]["ii"] <= 1.5 * row["loops"][0]["mii"]["total"]]
    cpu = max((row["run"]["cpu"] for row in rows), default=0)
    best = [loop["best"] for _, loop in loops(rows) if loop["best"] is not None]
    yield target("PANORAMA's graphs on HyCUBE 8x8: II at most 1.5 MII within 120 s",
                 f"{share(len(good), len(rows))}; at most {cpu:.1f} CPU s" + (f", of which {max(best):.1f} until the II was there" if best else ""),
                 len(good) == len(rows) and cpu <= 120)


def of_small(rows):
    """All graphs of up to 60 nodes on 4x4 arrays."""
    arrays = {"hycube_original", "n2n", "stdnoc"}
    small = [(row, loop) for row, loop in loops(rows) if loop["nodes"] <= 60 and ("4x4" in row["array"] or row["array"] in arrays)
             and not row["set"].endswith("heuristic")]
    proved = sum(is_proved(loop) for _, loop in small)
    tiny = [loop for _, loop in small if loop["nodes"] <= 40]
    answered = sum(loop["status"] in ("optimal", "infeasible") for loop in tiny)
    said = sum(loop["status"] in ("feasible", "not found") for loop in tiny)
    yield target("minimum proved for 90 % of all graphs of up to 60 nodes on 4x4", share(proved, len(small)), proved >= 0.9 * len(small))
    yield target("up to 40 nodes: always an answer", f"{answered} proved, {said} open and said so, of {len(tiny)}", answered + said == len(tiny))


def summary(rows):
    """The table of targets, from the rows of every set by name."""
    every = [row for name in rows for row in rows[name]]
    lines = ["| target | reached | holds |", "|---|---|---|"]
    parts = [of_kernels(rows["kernels"]), of_peers(rows["peers"], rows.get("equal", [])), of_loops(rows["loops"]), of_small(every)]
    for solver in ("heuristic", "portfolio"):
        parts.append(of_morpher(rows.get("morpher", []), solver))
    if rows.get("panorama"):
        parts.append(of_panorama(rows["panorama"]))
    for part in parts:
        lines += list(part)
    return lines
