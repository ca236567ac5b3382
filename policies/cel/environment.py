"""The environment that policies' expressions are compiled in: its variables, CEL's extensions and Kubernetes' own functions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from policies.cel import quantity, regex, sequence, sets
from policies.cel.declaration import Declared, Kinds
from policies.cel.mistake import mistakes

VARIABLES: Final = ("object", "oldObject", "request", "namespaceObject", "params", "cost")
"""What an expression may read, as in a ValidatingAdmissionPolicy, and ``cost``, which is ours."""

_PACKAGE = "kubernetes"


@cache
def environment(variables: tuple[str, ...] = VARIABLES) -> Any:  # noqa: ANN401 - the library publishes no types
    """The environment with some of the variables. Made once; takes about 0.1 s, for the imports."""
    from cel_expr_python import cel  # noqa: PLC0415 - most policies have no expression

    return _environment(cel, _pool(), dict.fromkeys(variables, cel.Type.DYN))


@cache
def server_environment(variables: tuple[str, ...]) -> Any:  # noqa: ANN401 - the library publishes no types
    """An environment to check texts in for an API server, which has no quantities but those written as texts."""
    from cel_expr_python import cel  # noqa: PLC0415

    return _environment(cel, _pool(), dict.fromkeys(variables, cel.Type.DYN), of_server=True)


def typed_environment(file: Any, types: Mapping[str, str]) -> Any:  # noqa: ANN401 - the library publishes no types
    """An environment to check texts in, not to evaluate: some variables are of message types of a file of descriptors."""
    from cel_expr_python import cel  # noqa: PLC0415
    from google.protobuf import struct_pb2  # noqa: PLC0415

    pool = _pool()
    pool.AddSerializedFile(struct_pb2.DESCRIPTOR.serialized_pb)
    pool.AddSerializedFile(file.SerializeToString())
    named = {name: cel.Type(kind) for name, kind in types.items()}
    return _environment(cel, pool, dict.fromkeys(VARIABLES, cel.Type.DYN) | named)


def compiled_in(known: Any, text: str) -> Any:  # noqa: ANN401
    """The program of a text in an environment, or its mistakes."""
    try:
        return known.compile(text)
    except RuntimeError as error:
        return mistakes(str(error))


def _environment(cel: Any, pool: Any, variables: Mapping[str, object], *, of_server: bool = False) -> Any:  # noqa: ANN401
    from cel_expr_python.ext import ext_optional, ext_strings  # noqa: PLC0415
    from google.protobuf import message_factory  # noqa: PLC0415

    kinds = Kinds(cel)
    quantity_class = message_factory.GetMessageClass(pool.FindMessageTypeByName(quantity.NAME))
    plain = (library.declared(kinds) for library in (sequence, regex, sets))
    declared = [*quantity.declared(kinds, quantity_class), *(each for library in plain for each in library)]
    if of_server:
        declared = [each for each in declared if each.name != "quantity" or each.parameters == (kinds.string,)]
    extensions = [
        ext_strings.ExtStrings(),
        ext_optional.ExtOptional(),
        cel.CelExtension(_PACKAGE, _functions(cel, declared)),
    ]
    return cel.NewEnv(pool, variables=variables, extensions=extensions)


def _functions(cel: Any, declared: list[Declared]) -> list[object]:  # noqa: ANN401
    """The declarations as the library takes them: every overload of a name together."""
    by_name: dict[str, list[object]] = {}
    for each in declared:
        overload = cel.Overload(each.id, each.result, list(each.parameters), is_member=each.member, impl=each.what)
        by_name.setdefault(each.name, []).append(overload)
    return [cel.FunctionDecl(name, overloads) for name, overloads in by_name.items()]


def _pool() -> Any:  # noqa: ANN401
    """A pool of message types with the one that stands for a quantity.

    CEL's own opaque types cannot be made from Python; a message of one text is as strictly told apart from other types.
    """
    from google.protobuf import descriptor_pb2, descriptor_pool  # noqa: PLC0415

    file = descriptor_pb2.FileDescriptorProto(name=f"{_PACKAGE}.proto", package=_PACKAGE, syntax="proto3")
    field = file.message_type.add(name=quantity.NAME.rpartition(".")[2]).field.add(name="value", number=1)
    field.type, field.label = field.TYPE_STRING, field.LABEL_OPTIONAL
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return pool
