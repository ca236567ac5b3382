"""How policies came out on their examples: for a person, as JSON, or as the XML that every CI server reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policies.documents.suite import Outcome, Result
from policies.message import inert

FORMATS = ("table", "json", "junit")


def written(results: Sequence[Result], form: str) -> str:
    """The results in one of ``FORMATS``."""
    if form == "json":
        return _json(results)
    if form == "junit":
        return _junit(results)
    return "\n".join(_table(results))


def _table(results: Sequence[Result]) -> Iterator[str]:
    for result in results:
        yield inert(result.suite.name)
        for outcome in result.outcomes:
            wrong = f": {inert(outcome.wrong)}" if outcome.wrong else ""
            yield f"  {'FAIL' if wrong else 'ok  '}  {inert(outcome.example.name)}{wrong}"
        if result.untried:
            yield f"  never broken by a denied example: {', '.join(result.untried)}"
    yield _summary(results)


def _summary(results: Sequence[Result]) -> str:
    examples = sum(len(result.outcomes) for result in results)
    failed = sum(len(result.failed) for result in results)
    rules, untried = sum(len(result.suite.rules) for result in results), sum(len(result.untried) for result in results)
    counted = f"{examples} example{'' if examples == 1 else 's'}"
    return f"{counted}: {examples - failed} as they should be, {failed} not; {rules - untried} of {rules} rules tried"


def _json(results: Sequence[Result]) -> str:
    import orjson  # noqa: PLC0415 - only for JSON

    suites = [
        {
            "name": result.suite.name,
            "rules": list(result.suite.rules),
            "untried": list(result.untried),
            "examples": [_example(outcome) for outcome in result.outcomes],
        }
        for result in results
    ]
    return orjson.dumps({"schema": "weighbridge.dev/policies-test/v1", "suites": suites}, option=orjson.OPT_INDENT_2).decode()


def _example(outcome: Outcome) -> dict[str, object]:
    violations = [
        {"rule": each.id, "verdict": str(each.verdict), "object": each.title, "message": each.message}
        for each in outcome.violations
    ]
    return {
        "name": outcome.example.name,
        "file": outcome.example.file,
        "allowed": outcome.example.allowed,
        "passed": not outcome.wrong,
        "wrong": outcome.wrong or None,
        "violations": violations,
    }


def _junit(results: Sequence[Result]) -> str:
    """As JUnit's XML, which every CI server reads: a suite a folder, a case an example."""
    from xml.etree import ElementTree as Xml  # noqa: PLC0415 - written, never parsed

    every = [outcome for result in results for outcome in result.outcomes]
    root = Xml.Element("testsuites", {"name": "weighbridge policies", **_counts(every)})
    for result in results:
        suite = Xml.SubElement(root, "testsuite", {"name": inert(result.suite.name), **_counts(result.outcomes)})
        for outcome in result.outcomes:
            case = Xml.SubElement(
                suite, "testcase", classname=inert(result.suite.name), name=inert(outcome.example.name), file=outcome.example.file
            )
            if outcome.wrong:
                Xml.SubElement(case, "failure", type="policy", message=inert(outcome.wrong))
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True)


def _counts(outcomes: Sequence[Outcome]) -> dict[str, str]:
    """What readers sum up, none of it left out: some take a count that is absent for a broken file."""
    failures = sum(bool(outcome.wrong) for outcome in outcomes)
    return {"tests": str(len(outcomes)), "failures": str(failures), "errors": "0", "skipped": "0"}
