"""Runs of heddle, each a process of its own, and what is kept of them.

A run is kept as JSON in a folder, named by a hash of its command; one that is newer than the heddle binary is not done again, so that an
interrupted script goes on where it stopped.
"""
import hashlib
import json
import os
import pathlib
import re
import subprocess
import tempfile

NOT_MEASURED = "not measured"
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Runner:
    """Where heddle is, where runs are kept, and the budget of each."""

    def __init__(self, heddle, out, seconds, seed, jobs):
        self.heddle, self.out = pathlib.Path(heddle), pathlib.Path(out)
        self.seconds, self.seed, self.jobs = seconds, seed, jobs
        self.fresh = False  # measure again what is kept
        self.only_kept = False
        (self.out / "runs").mkdir(parents=True, exist_ok=True)

    def solve(self, *arguments, solver, seconds=None):
        """A command of heddle that maps, with the solver's options."""
        return self.kept([*arguments, "--solver", solver, "--time", f"{seconds or self.seconds:g}"])

    def kept(self, arguments):
        """{command, status, result, error, cpu, memory}: from the folder, or of a run."""
        words = [str(each) for each in arguments] + ["--seed", str(self.seed), "-j", str(self.jobs), "--format=json", "--progress=none"]
        command = "heddle " + " ".join(plain(each) for each in words)
        file = self.out / "runs" / f"{hashlib.sha256(command.encode()).hexdigest()[:16]}.json"
        inputs = [pathlib.Path(each) for each in arguments if pathlib.Path(each).is_file()]
        if not self.fresh and file.exists() and file.stat().st_mtime > max(each.stat().st_mtime for each in [self.heddle, *inputs]):
            return json.loads(file.read_text(encoding="utf-8"))
        if self.only_kept:
            return {"command": command, "status": None, "cpu": 0.0, "memory": 0,
                    "result": {"schema": "heddle.error/1", "message": NOT_MEASURED}}
        done = {"command": command, **self.run(words)}
        if done["status"] == 130:
            raise KeyboardInterrupt
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as staged:
            json.dump(done, staged)
        os.replace(staged.name, file)
        return done

    def run(self, words):
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen([self.heddle, *words], stdout=out, stderr=errors)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            errors.seek(0)
            try:
                result = json.load(out)
            except json.JSONDecodeError:
                result = {"schema": "heddle.error/1", "message": errors.read()[-300:]}
        return {"status": process.returncode, "result": result, "cpu": usage.ru_utime + usage.ru_stime,
                "memory": usage.ru_maxrss // 1024}


def plain(word):
    """A word of a command without the paths of this machine."""
    return word.replace(str(ROOT) + "/", "").replace(str(ROOT.parent) + "/", "../")


def brief(message):
    """A message without paths."""
    return re.sub(r"[^ ()']*/([^/ ()']*)", r"\1", message).strip()


def loops_of(done):
    """The regions of a compilation or the one graph of `map`, in one form."""
    result = done["result"]
    if result["schema"] == "heddle.report/1":
        return [{"name": each["name"], "nodes": each["dfg"]["nodes"], "values": each["dfg"]["edges"], "ii": each["ii"],
                 "mii": each["mii"], "bound": each.get("proved", each["mii"]["total"]), "status": each["status"],
                 "seconds": each["map_seconds"], "best": each.get("best_map_seconds"), "reason": each["reason"]} for each in result["regions"]]
    if result["schema"] == "heddle.map/1":
        mii = {key: result["mii"][key]["value"] for key in ("rec", "res", "mem", "route", "reg") if key in result["mii"]} | {"total": result["mii"]["total"]}
        return [{"name": result["graph"], "nodes": result["nodes"], "values": result["values"], "ii": result.get("ii", 0), "mii": mii,
                 "bound": result["proved"], "status": result["status"], "seconds": result["map_seconds"],
                 "best": result.get("best_map_seconds"), "reason": result["reason"]}]
    return []
