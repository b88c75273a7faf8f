"""The sets of graphs and arrays that are measured. Each gives rows: {set, graph, array, loops, run, verify, refused}."""
import re

from tables.runs import NOT_MEASURED, ROOT, brief, loops_of

ARRAYS = ["mesh_4x4", "hycube_4x4", "diagonal_4x4", "heterogeneous_4x4", "hycube_8x8"]
PEER_ARRAYS = ["mesh_4x4", "hycube_4x4"]
EQUAL_RULES = ROOT / "workloads/peers/cgra_mapper_4x4.yaml"
MORPHER = {"HyCUBE": "hycube_original", "N2N": "n2n", "stdnoc": "stdnoc"}
TORUS = """schema: heddle.arch/1
name: torus_{n}x{n}
description: Equal PEs with links to four neighbours, around the edges too; a value crosses one link in a cycle.
word_bits: 32
grid: {{rows: {n}, columns: {n}}}
config_depth: 32
max_stages: 32
pe_classes:
  any:
    operations: {{alu: , mul: , memory: }}
    registers: 4
    rf_read_ports: 2
    rf_write_ports: 2
    constants: 2
    live_outs: 2
placement:
  legend: {{a: any}}
  picture: |
{picture}
links: [torus]
scratchpad: {{banks: 4, bank_bytes: 16384, ports: 2, layout: blocked}}
"""


def short(name):
    """The name of a graph without what the generator adds; part and full predication stay apart."""
    name = name.replace("_PartPred_DFG", "").replace("_forclustering", "").replace("_INNERMOST", "")
    return re.sub(r"_(removed_falselsdep|falseLSdep_removed)", "", name)


def compiled(runner, kind, source, array):
    """A C kernel: compiled, then that very mapping verified on all engines."""
    name = getattr(array, "stem", array)
    folder = runner.out / "compiled" / name / f"{kind}_{source.stem}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    run = runner.solve("compile", source, "--arch", array, "-o", folder, solver="portfolio")
    row = {"set": kind, "graph": source.stem, "array": name, "loops": loops_of(run), "run": run, "verify": None, "refused": ""}
    if any(loop["ii"] for loop in row["loops"]):
        row["verify"] = runner.kept(["verify", folder, "--vectors", "2"])
        if row["verify"]["result"].get("message") == NOT_MEASURED:
            row["refused"] = NOT_MEASURED
    else:
        hosts = run["result"].get("host", [])
        row["refused"] = brief(hosts[0]["reason"] if hosts else run["result"].get("message", ""))
    return row


def mapped(runner, kind, graph, array, solver="portfolio", seconds=None):
    """A graph from a file."""
    run = runner.solve("map", graph, "--arch", array, solver=solver, seconds=seconds)
    refused = brief(run["result"]["message"]) if run["result"]["schema"] == "heddle.error/1" else ""
    return {"set": kind, "graph": short(graph.stem), "array": getattr(array, "stem", array), "loops": loops_of(run), "run": run, "verify": None,
            "refused": refused}


def kernels(runner, _data):
    for array in ARRAYS:
        for source in sorted((ROOT / "workloads/kernels").glob("*.c")):
            yield compiled(runner, "kernels", source, array)


def peers(runner, _data):
    for array in PEER_ARRAYS:
        for source in sorted((ROOT / "workloads/peers").glob("*.c")):
            yield compiled(runner, "peers", source, array)


def equal(runner, _data):
    for source in sorted((ROOT / "workloads/peers").glob("*.c")):
        yield compiled(runner, "equal", source, EQUAL_RULES)


def loops(runner, _data):
    for size in range(2, 6):
        array = runner.out / f"torus_{size}x{size}.yaml"
        text = TORUS.format(n=size, picture="\n".join("    " + " ".join("a" * size) for _ in range(size)))
        if not array.exists() or array.read_text(encoding="utf-8") != text:  # its age decides whether runs are done again
            array.write_text(text, encoding="utf-8")
        for graph in sorted((ROOT / "workloads/peers/loops").glob("*.edges")):
            yield mapped(runner, "loops", graph, array)


def dots(runner, data):
    for array in PEER_ARRAYS:
        for graph in sorted([*(data / "tram").glob("*.dot"), *(data / "genmap").glob("*.dot")]):
            yield mapped(runner, "dots", graph, array)


def morpher(runner, data):
    for solver in ("heuristic", "portfolio"):
        for array in MORPHER.values():
            for graph in sorted((data / "morpher/dfg").glob("*.xml")):
                yield mapped(runner, f"morpher {solver}", graph, data / f"morpher/adl/{array}.json", solver)


def panorama(runner, data):
    for graph in sorted((data / "panorama").glob("*.xml")):
        yield mapped(runner, "panorama", graph, data / "morpher/adl/hycube_8x8.json", "heuristic")


OWN = {"kernels": kernels, "peers": peers, "equal": equal, "loops": loops}
SHARED = {"dots": dots, "morpher": morpher, "panorama": panorama}
