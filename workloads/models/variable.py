"""Environment variables that name AI models, by the conventions of the providers' clients and of what is built on them."""

from __future__ import annotations

from typing import Final

from workloads.remembered import remembered

_MODEL_WORDS: Final = frozenset({"MODEL", "MODELS", "DEPLOYMENT", "ENGINE"})
_AI_WORDS: Final = frozenset(
    [
        "OPENAI",
        "ANTHROPIC",
        "CLAUDE",
        "GEMINI",
        "GPT",
        "LLM",
        "AI",
        "GENAI",
        "CHAT",
        "EMBEDDING",
        "EMBEDDINGS",
        "COMPLETION",
        "BEDROCK",
        "VERTEX",
        "VERTEXAI",
        "MISTRAL",
        "COHERE",
        "GROQ",
        "DEEPSEEK",
        "LITELLM",
        "LANGCHAIN",
        "XAI",
        "GROK",
        "PERPLEXITY",
        "OPENROUTER",
        "TOGETHER",
        "FIREWORKS",
        "VOYAGE",
        "RAG",
        "AGENT",
        "ASSISTANT",
    ]
)
_SELLERS: Final = {
    "AZURE": "azure",
    "ANTHROPIC": "anthropic",
    "CLAUDE": "anthropic",
    "BEDROCK": "bedrock",
    "GEMINI": "google",
    "VERTEX": "google",
    "VERTEXAI": "google",
    "MISTRAL": "mistral",
    "COHERE": "cohere",
    "GROQ": "groq",
    "DEEPSEEK": "deepseek",
    "XAI": "xai",
    "PERPLEXITY": "perplexity",
    "OPENROUTER": "openrouter",
    "TOGETHER": "together",
    "FIREWORKS": "fireworks",
    "VOYAGE": "voyage",
}
_ADDRESS_WORDS: Final = frozenset({"BASE", "ENDPOINT", "URL", "HOST"})
_LONGEST = 80


@remembered(4096)
def names_model(variable: str) -> bool:
    """Whether a variable's name says that its value is a model of some kind: ``MODEL_NAME``, ``OPENAI_MODEL``."""
    words = _words(variable)
    return bool(words & _MODEL_WORDS) and (bool(words & {"MODEL", "MODELS"}) or says_ai(variable))


@remembered(4096)
def says_ai(variable: str) -> bool:
    """Whether a variable's name says that it is about an AI model and no other: ``LLM_MODEL``, ``AZURE_OPENAI_DEPLOYMENT``."""
    words = _words(variable)
    return bool(words & _MODEL_WORDS) and bool(words & _AI_WORDS)


@remembered(4096)
def seller(variable: str) -> str:
    """The provider that a variable's name states; empty for none. ``OPENAI_`` states none: many answer in OpenAI's way."""
    words = variable.upper().split("_")
    return next((_SELLERS[word] for word in words if word in _SELLERS), "")


@remembered(4096)
def names_address(variable: str) -> bool:
    """Whether a variable tells where a provider's client sends its requests: ``OPENAI_BASE_URL``, ``LLM_ENDPOINT``."""
    words = _words(variable)
    return bool(words & _ADDRESS_WORDS) and bool(words & _AI_WORDS)


def _words(variable: str) -> frozenset[str]:
    if len(variable) > _LONGEST:
        return frozenset()
    return frozenset(variable.upper().replace("-", "_").replace(".", "_").split("_"))
