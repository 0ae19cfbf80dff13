"""Prints what spid-sp-test found, profile by profile; fails where a check failed, or was not made at all."""

import json
import pathlib
import sys


def results(node):
    """The checks of a report, however deep they lie."""
    if isinstance(node, dict) and "result" in node:
        yield node
    else:
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from results(child)


def checks_of(report):
    """The checks of a run; none where the tool broke off before it wrote its report."""
    return list(results(json.loads(report.read_text()))) if report.exists() else []


folder = pathlib.Path(sys.argv[1])
all_passed, all_failed, complaints = 0, 0, []
for line in (folder / "expected").read_text().splitlines():
    profile, least = line.split()
    checks = checks_of(folder / f"{profile}.json")
    failed = [check for check in checks if check["result"] == "failure"]
    passed = len(checks) - len(failed)
    print(f"{profile:<24} {passed:>5} passed, {len(failed)} failed")
    all_passed, all_failed = all_passed + passed, all_failed + len(failed)
    complaints += [f"{profile}: {check['test']} ({str(check.get('value'))[:160]})" for check in failed]
    if len(checks) < int(least):
        complaints.append(f"{profile}: {least} checks were expected, see {folder / profile}.log")
print(f"{'all profiles':<24} {all_passed:>5} passed, {all_failed} failed")
sys.exit("\n".join(complaints) or None)
