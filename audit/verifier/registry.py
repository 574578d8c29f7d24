"""The named list of checks. Every rule of a format is one check with a name of its own, so that a
test can take one away and see its case pass, and a reader can see what is checked at all.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from audit.verifier.limits import MAX_PROBLEMS
from audit.verifier.package import Package
from audit.verifier.report import Finding, Problem, UnreadableError

PackageCheck = Callable[[Package], Iterator[Finding]]

PACKAGE_CHECKS: dict[str, PackageCheck] = {}
"""Name -> check, in the order in which they run."""

UNREADABLE = "unreadable"
CHECK_ENDS = "input that the check can judge"
"""Expected of a package on which a check fails for a reason it did not foresee."""


def package_check(name: str) -> Callable[[PackageCheck], PackageCheck]:
    def register(function: PackageCheck) -> PackageCheck:
        if name in PACKAGE_CHECKS:
            raise ValueError(f"two checks are called {name}")
        PACKAGE_CHECKS[name] = function
        return function

    return register


def run_package_checks(
    package: Package, checks: Iterable[tuple[str, PackageCheck]]
) -> list[Problem]:
    """The problems of every check, in order, then what could not be read at all.

    At most MAX_PROBLEMS of each check, so that a hostile package cannot flood the report.
    """
    problems: list[Problem] = []
    for name, check in checks:
        findings = check(package)
        try:
            problems += [item.as_problem(name) for item in islice(findings, MAX_PROBLEMS)]
        except UnreadableError as error:
            problems.append(error.finding.as_problem(name))
        except Exception as error:  # noqa: BLE001 - no input may end a verification without a verdict
            problems.append(Finding("", CHECK_ENDS, type(error).__name__).as_problem(name))
    unreadable = dict.fromkeys(item.as_problem(UNREADABLE) for item in package.unreadable)
    problems += islice(unreadable, MAX_PROBLEMS)
    return problems
