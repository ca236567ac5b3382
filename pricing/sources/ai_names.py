"""Which model of the price list a name means: strictly, as a person would, so that no other word is taken for a model.

The list's own matching takes whatever begins with or contains a few letters. Here what is left of a name beside those letters
has to be a version or a vendor's prefix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from pricing.sources.ai_weights import weights

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, Provider

LONGEST: Final = 200
"""Characters of a name that are looked at."""

ALIASES: Final = {
    "amazon": "aws",
    "bedrock": "aws",
    "bedrock_converse": "aws",
    "azure_ai": "azure",
    "azure_openai": "azure",
    "azure-openai": "azure",
    "cohere_chat": "cohere",
    "fireworks_ai": "fireworks",
    "gemini": "google",
    "google_genai": "google",
    "google-genai": "google",
    "google-gla": "google",
    "google-vertex": "google",
    "google_vertexai": "google",
    "vertex": "google",
    "vertex_ai": "google",
    "vertexai": "google",
    "meta_llama": "meta",
    "mistralai": "mistral",
    "moonshot": "moonshotai",
    "together_ai": "together",
    "together-ai": "together",
    "voyage": "voyageai",
    "xai": "x-ai",
}
"""How gateways and clients (LiteLLM, LangChain, Pydantic AI) spell providers that the list spells otherwise."""

_MAKERS: Final = (
    "openai",
    "anthropic",
    "google",
    "mistral",
    "cohere",
    "deepseek",
    "x-ai",
    "voyageai",
    "moonshotai",
    "minimax",
    "perplexity",
    "groq",
)
"""Providers under whose own names others seldom sell: a bare name that one of them lists is its."""
_PATHS: Final = {"accounts/fireworks/": "fireworks", "@cf/": "cloudflare"}
"""How names begin that are a path in one provider's catalogue."""
_PUBLISHERS: Final = ("openai", "google", "mistralai", "moonshotai")
"""Providers by whose names published weights go too: ``openai/gpt-oss-20b`` is where they are had, not who runs them."""
_HOSTS: Final = ("together", "fireworks", "groq", "novita", "cerebras", "cloudflare", "baseten", "ovhcloud", "huggingface_novita")
"""Providers that run published weights of others."""

_PLAIN = re.compile(r"[\w.:@/+-]{1,200}", re.ASCII)
_VERSION = re.compile(r"(?:[-@:.](?:v?\d[\w.]{0,30}|latest|preview|experimental|exp|beta|stable))*", re.ASCII)
"""What may follow a model's name: ``-2024-08-06``, ``@20241022``, ``-v1:0``, ``-latest``."""
_DATED = re.compile(r"(.+?)-(?:20\d\d-\d\d-\d\d|20\d{6}|latest)", re.ASCII)
_OF_BEDROCK = re.compile(r"(?:[a-z]{2,6}\.)?(?:ai21|amazon|anthropic|cohere|deepseek|meta|mistral|openai|qwen)\.", re.ASCII)
"""How names on Amazon Bedrock begin: ``us.anthropic.``, ``meta.``."""
_COPIED = "Imported from OpenRouter"
_CHECKED = "Verified"


def providers() -> dict[str, Provider]:
    """Every provider of the list by its own name, in the list's order. The first call takes a quarter of a second."""
    return dict(_providers())


@cache
def _providers() -> dict[str, Provider]:
    from genai_prices.data_snapshot import get_snapshot  # noqa: PLC0415 - 0.2 s that only what names a model pays

    return {each.id: each for each in get_snapshot().providers}


def find(seller: str, name: str, address: str) -> tuple[Provider, Provider, ModelInfo, bool] | None:
    """Who sells what a name means, whose price that is, the model, and whether the list has that very version; None where nobody.

    ``seller`` is what the place of the name says of its provider, ``address`` where the client sends its requests; both may be
    empty. The provider that they tell is asked for the whole name first, then the name's own prefix counts.
    """
    name = name.strip().lower()
    if len(name) > LONGEST or not _PLAIN.fullmatch(name):
        return None
    for provider, rest in _sellers(seller.lower(), name, address):
        found = _of(provider, rest)
        if found is not None:
            return provider, *found
    return None


def _sellers(seller: str, name: str, address: str) -> Iterator[tuple[Provider, str]]:
    """The providers that may be meant, each with what it would call the model."""
    known = _providers()
    stated = known.get(ALIASES.get(seller, seller)) or at(address)
    if stated is not None:
        yield stated, name
    head, separator, rest = name.partition("/" if "/" in name else ":")
    named = known.get(ALIASES.get(head, head)) if separator else None
    if stated is None and head in _PUBLISHERS and weights(rest) in _open_weights():
        return
    if named is not None:
        yield from _without_place(named, rest)
    elif stated is not None:
        yield from _without_place(stated, name)
    elif not seller:
        yield from _bare(name.removeprefix("models/"))


def _bare(name: str) -> Iterator[tuple[Provider, str]]:
    """Whose a name is that states no provider: a path of one's own, or a word."""
    for start, provider in _PATHS.items():
        if name.startswith(start):
            yield _providers()[provider], name
    if "/" not in name:
        yield from _owners(name)


def _without_place(provider: Provider, name: str) -> Iterator[tuple[Provider, str]]:
    """What a provider calls a model, with and without the region, catalogue or route before it: ``models/gemini-2.5-pro``."""
    yield provider, name
    if "/" in name and provider.id != "openrouter":
        yield provider, name.rpartition("/")[2]


def at(address: str) -> Provider | None:
    """The provider that answers at an address."""
    if not address or len(address) > LONGEST:
        return None
    return next((each for each in _providers().values() if re.match(each.api_pattern, address)), None)


def _owners(name: str) -> Iterator[tuple[Provider, str]]:
    """Whose model a bare name is: of those who make it before those who sell it for others."""
    known = _providers()
    if _OF_BEDROCK.match(name):
        yield known["aws"], name
        return
    if weights(name) in _open_weights():
        return
    for provider in known.values():
        if provider.model_match is not None and provider.model_match.is_match(name):
            found = _of(provider, name)
            if found is not None and not _copied(found[1]):
                yield provider, name
    makers = [known[each] for each in _MAKERS if each in known and name in _exact(each)]
    if len(makers) == 1 and not _copied(_exact(makers[0].id)[name]):
        yield makers[0], name


@cache
def _open_weights() -> frozenset[str]:
    """Weights that anyone may run, and the beginnings of their names: a bare one says nothing of who runs them."""
    known = _providers()
    names = {weights(model.id, each) for each in _HOSTS if each in known for model in known[each].models}
    words = [name.split() for name in names]
    return frozenset(" ".join(each[:count]) for each in words for count in range(2, len(each) + 1))


def _copied(model: ModelInfo) -> bool:
    """Whether the list has a model under its maker who does not sell it: open weights, by what another asks for it."""
    comments = model.price_comments or ""
    return comments.startswith(_COPIED) and _CHECKED not in comments


def _of(provider: Provider, name: str) -> tuple[Provider, ModelInfo, bool] | None:
    """Whose price a provider's model has, the model, and whether the list has that very version."""
    known = _providers()
    for each in (provider, *(known[other] for other in provider.fallback_model_providers or () if other in known)):
        model = _exact(each.id).get(name) or _loose(each, name)
        if model is not None:
            return each, model, True
    dated = _DATED.fullmatch(name)
    found = _of(provider, dated[1]) if dated else None
    return (found[0], found[1], False) if found else None


@cache
def _exact(provider: str) -> dict[str, ModelInfo]:
    """A provider's models by every name that the list spells out."""
    found: dict[str, ModelInfo] = {}
    for model in _providers()[provider].models:
        for name in (model.id, *(text for kind, text in _clauses(model.match) if kind == "ClauseEquals")):
            found.setdefault(name.lower(), model)
    return found


def _loose(provider: Provider, name: str) -> ModelInfo | None:
    return next((model for model in provider.models if model.is_match(name) and _means(model, name)), None)


def _means(model: ModelInfo, name: str) -> bool:
    """Whether what a name has beside the letters that the list matches is a version or a vendor's prefix."""
    for kind, text in _clauses(model.match):
        if kind == "ClauseRegex":
            if text.startswith("^") and text.endswith("$"):
                return True
            continue
        before, found, after = name.partition(text.lower())
        if found and (not before or before[-1] in "./") and _VERSION.fullmatch(after):
            return True
    return False


def _clauses(match: object) -> Iterator[tuple[str, str]]:
    """The letters that a model is matched by, with the kind of clause they stand in."""
    kind = type(match).__name__
    if kind in ("ClauseOr", "ClauseAnd"):
        for each in getattr(match, "or_", None) or getattr(match, "and_", None) or ():
            yield from _clauses(each)
        return
    field = {"ClauseEquals": "equals", "ClauseStartsWith": "starts_with", "ClauseEndsWith": "ends_with"}.get(kind, "")
    field = field or {"ClauseContains": "contains", "ClauseRegex": "regex"}[kind]
    yield kind, getattr(match, field)
