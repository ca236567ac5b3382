"""What the gate answers to a review: the one decision function, asked with what the cluster knows.

DELETE, CONNECT, status and what is being deleted are never stopped. A dry run gets the same answer: nothing here has an effect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from cluster.lookup import Absent, Found, Lookup, Unavailable
from policies.context import Context
from policies.matching.owner import controller_of
from policies.message import quoted
from policies.mutation import additions
from policies.policy_set import PolicySet
from policies.side import most_accelerators
from policies.verdict import Point, Verdict
from policies.weigh import weigh
from policies.weighing import Weighing
from pricing.book import PriceBook
from webhook import exemption_review
from webhook.bound_claim import asked
from webhook.controllers import NOT_STATED, Controllers
from webhook.injection import as_made
from webhook.neighbours import accelerators_beside
from webhook.owner import owner_of
from webhook.patch import add
from webhook.review import Answer, Review
from webhook.root import derivation, disowned, is_mirror, owners_of
from webhook.scale import parent, scaled
from webhook.surroundings import Answers, Surroundings, around, ask, is_asked_for, reference_to, target_of
from webhook.verdict_answer import answer_of
from workloads.field import dig, mapping, text
from workloads.inventory import take_inventory
from workloads.kinds.registry import find
from workloads.manifest import Manifest
from workloads.snapshots.snapshot import Snapshot
from workloads.surroundings import observe
from workloads.workload import Inventory

MOST_CONTEXTS: Final = 1024
"""Contexts that are remembered."""
WEIGHED_SUBRESOURCES: Final = {"", "scale", "resize", "ephemeralcontainers"}
"""Subresources that can change what an object costs; all others pass."""

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Gate:
    """Policies, prices and a cluster, ready to answer."""

    policies: PolicySet
    prices: PriceBook
    context: Context
    """What holds for every review: place, assumptions, label keys."""
    lookup: Lookup
    clock: Clock = _now
    controllers: Controllers = NOT_STATED
    """By which accounts operators make their objects, where that is stated."""
    _contexts: dict[object, tuple[Answers, Context]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def validate(self, review: Review) -> Answer:
        """Whether a request passes, with its warnings. Never raises on what a review holds."""
        if exemption_review.is_about_an_exemption(review):
            return exemption_review.validate(review, self.clock())
        if not _weighed(review):
            return Answer(review.uid, allowed=True)
        if review.subresource == "scale":
            return self._scale(review)
        kind = find(review.group, review.kind)
        if kind is not None and kind.scaler is not None:
            return self._autoscaler(review)
        after = _manifest(review, review.object or {})
        before = _before(review)
        context = self._derived(self._context(self._ask(after, before)), review)
        if context.derivation is None and kind is not None and (kind.devices or kind.machines):
            before, after = _disowned(before, after)
        context = self._explained(context, after)
        return self._answer(review, self._weigh(before, after, self._asked(context, review)))

    def mutate(self, review: Review) -> Answer:
        """What an object gets that it does not state: roots when they are written, Pods when they are created."""
        if exemption_review.is_about_an_exemption(review):
            return exemption_review.request(review)
        body = review.object or {}
        if not _weighed(review) or review.subresource or (review.kind == "Pod" and review.operation != "CREATE"):
            return Answer(review.uid, allowed=True)
        if review.kind != "Pod" and controller_of(body) is not None:
            return Answer(review.uid, allowed=True)
        manifest, before = _manifest(review, body), _before(review)
        context = self._context(self._ask(manifest))
        if self.policies.reads_owner:
            context = self._derived(context, review)
        context = self._asked(context, review)
        added = additions(manifest, self.policies, context, before)
        warnings = tuple(f"weighbridge added {each.words}" for each in added)
        return Answer(review.uid, allowed=True, warnings=warnings, patch=add(body, added))

    def _ask(self, manifest: Manifest, before: Manifest | None = None) -> Answers:
        return ask(manifest, self.lookup, self.policies.config_maps, before)

    def _derived(self, context: Context, review: Review) -> Context:
        """The context with whose an object is, where it is anybody's: else one context serves all reviews."""
        derived = derivation(review, self.lookup, self.controllers)
        if self.policies.reads_owner and controller_of(review.object or {}) is not None:
            context = replace(context, owner=owner_of(review, derived, self.lookup, self.controllers))
        return replace(context, derivation=derived) if derived is not None else context

    def _explained(self, context: Context, after: Manifest) -> Context:
        """The context with what an owner's template alone makes, where a controller's pod asks for something else."""
        made = as_made(context.derivation, after)
        if made is None or context.derivation is None:
            return context
        explained = self._inventory((made,), context, context.snapshot)
        return replace(context, derivation=replace(context.derivation, explained=explained))

    def _counted(self, context: Context, inventory: Inventory, manifest: Manifest) -> Context:
        """The context with what else runs in the namespace, where a rule asks for that and the object adds to it."""
        if not self.policies.counts_namespaces or not any(map(most_accelerators, inventory.workloads)):
            return context
        found = accelerators_beside(manifest, context, self.lookup)
        if isinstance(found, Unavailable):
            return replace(context, missing={**context.missing, "accelerators": found.reason})
        return replace(context, accelerators={manifest.namespace: found})

    def _context(self, answers: Answers) -> Context:
        """What is known around an object: one value for as long as the cluster's answers are the same ones."""
        key = tuple((what, id(answer)) for what, answer in answers)
        known = self._contexts.get(key)
        if known is None:
            if len(self._contexts) >= MOST_CONTEXTS:
                self._contexts.clear()
            # The answers are kept too: while they are, no other has their identity.
            known = self._contexts[key] = answers, self._context_of(around(answers))
        return known[1]

    def _context_of(self, surroundings: Surroundings) -> Context:
        return replace(
            self.context,
            point=Point.ADMISSION,
            snapshot=self.context.snapshot.under(surroundings.snapshot),
            exemptions=(*self.context.exemptions, *surroundings.exemptions),
            missing=surroundings.missing,
            config_maps={**self.context.config_maps, **surroundings.config_maps},
        )

    def _asked(self, context: Context, review: Review) -> Context:
        """The context with the request, where a policy reads it: else one context serves all reviews."""
        return replace(context, request=review.request) if self.policies.reads_request else context

    def _weigh(self, before: Manifest | None, after: Manifest, context: Context) -> Weighing:
        return self._weigh_all((before,) if before is not None else (), (after,), context)

    def _weigh_all(self, before: tuple[Manifest, ...], after: tuple[Manifest, ...], context: Context) -> Weighing:
        """Objects that change together; of a namespace what runs beside the first is counted."""
        old = self._inventory(before, context, context.earlier or context.snapshot) if before else None
        new = self._inventory(after, context, context.snapshot)
        context = self._counted(context, new, after[0])
        return weigh(old, new, self.prices, self.policies, context, self.clock())

    def _inventory(self, manifests: tuple[Manifest, ...], context: Context, snapshot: Snapshot) -> Inventory:
        settled = (snapshot, context.assumptions, context.cluster, context.default_namespace)
        # What an autoscaler scales is asked of the cluster, which says so where it is not there.
        return take_inventory(manifests, *settled, around=None)

    def _scale(self, review: Review) -> Answer:
        """A scale, weighed as a change of the object that is scaled."""
        answer = parent(review, self.lookup)
        if not isinstance(answer, Found):
            reason = answer.reason if isinstance(answer, Unavailable) else "it is not there, or of a kind that is not known"
            return self._unknown(review, f"what {review.resource} {quoted(review.name)} costs cannot be told: {reason}")
        new = scaled(answer.body, review.object)
        if new is None:
            reason = "where its kind keeps the number of its pods is not known"
            return self._unknown(review, f"what {review.resource} {quoted(review.name)} costs cannot be told: {reason}")
        old = scaled(answer.body, review.old_object) if review.old_object else None
        after = Manifest.of(new)
        context = self._asked(self._context(self._ask(after)), review)
        return self._answer(review, self._weigh(Manifest.of(old or answer.body), after, context))

    def _autoscaler(self, review: Review) -> Answer:
        """An autoscaler, weighed with what it scales, as a change of that: at its new range against its old."""
        old = _manifest(review, review.old_object) if review.old_object else None
        autoscaler = _manifest(review, review.object or {})
        derived = derivation(review, self.lookup, self.controllers)
        if derived is None:
            old, autoscaler = _disowned(old, autoscaler)
        target = target_of(autoscaler)
        answer = self.lookup.get(reference_to(target)) if target is not None else None
        scaled_object = Manifest.of(answer.body) if isinstance(answer, Found) else None
        context = self._context_of(around(self._ask(scaled_object or autoscaler), without=autoscaler))
        context = replace(
            context,
            snapshot=context.snapshot.under(observe([autoscaler])),
            earlier=context.snapshot.under(observe([old] if old else [])),
            derivation=derived,
        )
        # The autoscaler too: a policy may be about it.
        target_too = (scaled_object,) if scaled_object is not None else ()
        sides = (*target_too, *([old] if old is not None else [])), (*target_too, autoscaler)
        told = self._answer(review, self._weigh_all(*sides, self._asked(context, review)))
        # One that was asked for may stand before what it scales; what scales it by itself waits for that.
        early = isinstance(answer, Absent) and is_asked_for(autoscaler)
        if target is None or isinstance(answer, Found) or early or not told.allowed:
            return told
        reason = answer.reason if isinstance(answer, Unavailable) else "it is not there yet"
        title = f"{target.kind[:60]} {quoted(target.name)}"
        unknown = self._unknown(review, f"what {title} costs at its new range cannot be told: {reason}")
        return replace(unknown, warnings=(*told.warnings, *unknown.warnings))

    def _unknown(self, review: Review, words: str) -> Answer:
        """What cannot be told, by the choice for what is unknown at admission."""
        choice = self.context.unknowns.at(Point.ADMISSION)
        if choice == "fail":
            return Answer(review.uid, allowed=False, message=words, annotations={"verdict": str(Verdict.UNKNOWN)})
        warnings = () if choice == "pass" else (f"weighbridge cannot tell: {words}",)
        return Answer(review.uid, allowed=True, warnings=warnings, annotations={"verdict": str(Verdict.UNKNOWN)})

    def _answer(self, review: Review, weighing: Weighing) -> Answer:
        return answer_of(review.uid, weighing, self.clock().date())


def _weighed(review: Review) -> bool:
    """Whether a request can change what anything costs."""
    if review.operation not in {"CREATE", "UPDATE"} or review.subresource not in WEIGHED_SUBRESOURCES:
        return False
    leaving = dig(review.object, "metadata", "deletionTimestamp") is not None
    return not leaving and not is_mirror(review)


def _before(review: Review) -> Manifest | None:
    """What is updated, as it was; None for what is new."""
    return _manifest(review, review.old_object) if review.operation == "UPDATE" and review.old_object else None


def _manifest(review: Review, body: Mapping[str, object]) -> Manifest:
    """An object as it will be stored: in the request's namespace, which its own text may leave out.

    Of a Namespace the request names itself as its namespace, and it is in none.
    """
    if review.namespace and review.kind != "Namespace" and not text(body, "metadata", "namespace"):
        body = {**body, "metadata": {**mapping(body, "metadata"), "namespace": review.namespace}}
    return Manifest.of(asked(review, body), size=review.size)


def _disowned(before: Manifest | None, after: Manifest) -> tuple[Manifest | None, Manifest]:
    """Both sides of a change without owners that nobody has verified, and that would pay for them.

    The earlier side keeps those that the change takes away.
    """
    kept = before is not None and owners_of(before.body) == owners_of(after.body)
    return Manifest.of(disowned(before.body)) if before is not None and kept else before, Manifest.of(disowned(after.body))
