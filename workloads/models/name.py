"""A place in a workload that names an AI model: one it calls behind an API, or one that it runs itself.

Whether a name is a model's is for the price list to say; here stands only where names are looked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from workloads.field import FieldPath

UNMISTAKABLE: Final = (
    "gpt-",
    "chatgpt-",
    "claude-",
    "gemini-",
    "text-embedding-",
    "openai/",
    "anthropic/",
    "azure/gpt-",
    "bedrock/",
    "anthropic.claude-",
    "us.anthropic.",
    "eu.anthropic.",
    "gemini/",
    "vertex_ai/",
    "openrouter/",
)
"""How values begin that are a model's wherever they stand."""
STARTS: Final = frozenset(each[:3] for each in UNMISTAKABLE)
"""Their first letters, by which most values are told at once to be none of them."""
LONGEST: Final = 200
"""Characters of a name."""
MOST: Final = 20
"""Names that are taken of one workload."""

_NAME = re.compile(r"[\w@][\w.:@/+-]{0,199}", re.ASCII)
_STRUCTURED = re.compile(r"(?=.*\d)(?=.*[-/.]).{6,}")


@dataclass(frozen=True, slots=True)
class ModelName:
    """One name and where it stands."""

    name: str
    """As it is written: ``openai/gpt-4o-mini``, ``meta-llama/Llama-3.1-8B-Instruct``."""
    path: FieldPath
    """The field of the workload's manifest that says it, or that brings in the ConfigMap which does."""
    where: str
    """In a person's words: ``OPENAI_MODEL in container web``."""
    served: bool = False
    """Whether the workload runs the model itself; else it calls an API."""
    published: bool = False
    """Whether a served model goes by the name of its published weights, not by a file's or an alias of one's own."""
    seller: str = ""
    """The provider, where the place tells it (``azure`` of ``AZURE_OPENAI_DEPLOYMENT``)."""
    address: str = ""
    """Where requests are sent, where that is stated."""
    token_ratio: Decimal = Decimal(3)
    """Tokens read for each one written, as assumed for a served model. Key ``assume.aiTokenRatio``."""


def is_name(text: str, *, said: bool) -> bool:
    """Whether a text may be a model's name. ``said``: the place is one for models; else it has to look like one.

    ``o1`` is a model where ``OPENAI_MODEL`` has it, and a zone or a colour elsewhere.
    """
    if not _NAME.fullmatch(text):
        return False
    return said or text.startswith(UNMISTAKABLE) or bool(_STRUCTURED.fullmatch(text))
