"""What the words beside a number say that it counts."""

from __future__ import annotations

from typing import NamedTuple

REVIEWS = {
    "reconsideration": "review.reconsideration",
    "litigation": "review.litigation",
    "direct": "review.litigation_direct",
    "after": "review.litigation_after_reconsideration",
}
DECISIONS = {
    "licence": "proactive.licensing.decisions",
    "penalty": "proactive.penalties.decisions",
    "coercion": "proactive.coercion.decisions",
    "other_service": "proactive.other_services.decisions",
}
RULES_OF_LAW = {"normative": "proactive.normative_documents", "regulation": "proactive.regulations"}
TOPICS = frozenset({"request", "fee", *REVIEWS, *DECISIONS, *RULES_OF_LAW})
APPLICANTS = ("natural_person", "legal_person", "business", "research", "social_welfare", "legal_service")
FLOW = frozenset(f"requests.{row}.total" for row in ("new", "carried_in", "total", "carried_out"))
SEVERAL = "several"  # the whole is one of several, and nothing says which
_BESIDE_OTHERS = {"business", "research", "social_welfare", "legal_service"}
OUTCOMES = {
    "disclosed": "requests.disclosed",
    "partly": "requests.partly_disclosed",
    "denied": "requests.denied",
    "unavailable": "requests.unavailable",
    "not_processed": "requests.not_processed",
    "other_outcome": "requests.other",
    "not_held": "requests.unavailable.not_held",
    "must_be_created": "requests.unavailable.must_be_created",
    "still_unclear": "requests.unavailable.still_unclear",
    "petition": "requests.not_processed.petition",
    "repeat": "requests.not_processed.repeat",
    "enforcement_file": "requests.denied.enforcement_file",
}
GROUPS = {"denied", "unavailable", "not_processed"}
RULINGS = {"upheld": "upheld", "corrected": "corrected", "pending": "pending", "other_outcome": "other"}
TIMES = frozenset(
    {"year", "all_year", "until", "each", "respectively", "among", "information", "anyone", "since", "every_channel"}
)


class Parts(NamedTuple):
    """Whether a number is spoken of as part of another, and what that one counts; None if nobody knows."""

    among: bool
    whole: str | None
    counted: bool  # whether the requests themselves were counted before
    heading: bool  # whether the heading speaks of the topic
    beside: str | None  # the indicator of the number before


def indicator(names: frozenset[str], topic: str | None, unit: str, parts: Parts) -> tuple[str, bool] | None:
    """The indicator that these words name, and whether they leave no doubt."""
    money = unit.endswith("元")
    if money != (topic == "fee") or not names - TIMES:
        return None
    said = names - TIMES - {topic or "", "apply"}
    if topic == "request":
        return _of_requests(names, said, unit, parts)
    if topic in REVIEWS:
        return _of_reviews(said, REVIEWS[topic], parts)
    if parts.among or topic is None:
        return None
    if topic in DECISIONS:
        if topic not in names or unit == "条":
            return None  # 行政许可类信息5条: what was published, for decisions are not counted so
        around = said <= {"decided", "handled", "closed", "published"}
        return (DECISIONS[topic], said == {"decided"}) if around else None
    if topic in RULES_OF_LAW:
        done = {"made": "made", "drawn_up": "made", "published": "disclosed"}
        done |= {"repealed": "repealed", "in_force": "in_force", "kept": "in_force"}
        if len(said) == 1 and (one := next(iter(said))) in done:
            return f"{RULES_OF_LAW[topic]}.{done[one]}", one not in ("drawn_up", "published", "kept")
    if topic == "fee" and said <= {"charged"}:
        return "proactive.fees.amount", True
    return None


def _of_requests(names: frozenset[str], said: frozenset[str], unit: str, parts: Parts) -> tuple[str, bool] | None:
    applicants = [name for name in APPLICANTS if name in said]
    said -= set(APPLICANTS)
    if "other_applicant" in said:  # 其他3件 is one only beside others
        if (parts.beside or "").rpartition(".")[2] not in _BESIDE_OTHERS:
            return None
        applicants, said = [*applicants, "other"], said - {"other_applicant"}
    if len(applicants) > 1:
        return None
    column = applicants[0] if applicants else "total"
    if said == {"published"} and parts.counted and "information" not in names:
        said = frozenset({"disclosed"})  # 收到5件，公开3件
    outcomes = said & OUTCOMES.keys()
    if outcomes:
        return None if unit == "条" and "information" in names else _outcome(said, outcomes, column, parts)
    done = said - {"handled"} if len(said) > 1 else said
    if parts.among or (column != "total" and not done):
        return _part(done, column, parts)
    row = {"carried_in": "carried_in", "carried_out": "carried_out", "received": "new", "received_new": "new"}
    row |= {"answered": "total", "closed": "total", "handled": "total"}
    if column == "total" and not done and "request" in names:
        return None if unit == "条" else ("requests.new.total", False)  # 依申请公开3件; 3条 are documents
    if column != "total" or len(done) != 1 or (one := next(iter(done))) not in row:
        return None
    if one == "received" and parts.counted and not names & {"request", "apply"}:
        return None  # 收到57件，撤回39件，受理18件
    return f"requests.{row[one]}.total", one not in ("handled", "answered")


def _outcome(said: frozenset[str], outcomes: frozenset[str], column: str, parts: Parts) -> tuple[str, bool] | None:
    if len(outcomes) > 1 or said - outcomes - {"answered", "handled"} or not (parts.counted or parts.heading):
        return None
    one = next(iter(outcomes))
    whole = (parts.whole or "").rpartition(".")[0]
    wholes = ("requests.new", "requests.total")
    if parts.among and parts.whole != SEVERAL and whole not in wholes and not OUTCOMES[one].startswith(f"{whole}."):
        return None
    return f"{OUTCOMES[one]}.{column}", True


def _part(done: frozenset[str], column: str, parts: Parts) -> tuple[str, bool] | None:
    """Parts of a number of requests: applicants, and what was new and what carried in."""
    if parts.whole not in ("requests.new.total", "requests.total.total"):
        return None
    row = parts.whole.split(".")[1]
    if not done and column != "total":
        return f"requests.{row}.{column}", True
    if row in ("new", "total") and column == "total" and done in ({"received_new"}, {"carried_in"}):
        return f"requests.{'new' if 'received_new' in done else 'carried_in'}.total", True
    return None


def _of_reviews(said: frozenset[str], group: str, parts: Parts) -> tuple[str, bool] | None:
    rulings = said & RULINGS.keys()
    if len(rulings) > 1 or said - rulings - {"received", "received_new", "handled"}:
        return None
    if rulings:
        return f"{group}.{RULINGS[next(iter(rulings))]}", True
    return None if parts.among else (f"{group}.total", "received_new" not in said)  # which end in another year
