"""The environment that policies' expressions are compiled in: its variables, CEL's extensions and Kubernetes' own functions."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from policies.cel import quantity, regex, sequence
from policies.cel.declaration import Declared, Kinds

VARIABLES: Final = ("object", "oldObject", "request", "namespaceObject", "params", "cost")
"""What an expression may read, as in a ValidatingAdmissionPolicy, and ``cost``, which is ours."""

_PACKAGE = "kubernetes"


@cache
def environment(variables: tuple[str, ...] = VARIABLES) -> Any:  # noqa: ANN401 - the library publishes no types
    """The environment with some of the variables. Made once; takes about 0.1 s, for the imports."""
    from cel_expr_python import cel  # noqa: PLC0415 - most policies have no expression
    from cel_expr_python.ext import ext_optional, ext_strings  # noqa: PLC0415

    pool, quantity_class = _quantity_class()
    kinds = Kinds(cel)
    declared = [*quantity.declared(kinds, quantity_class), *sequence.declared(kinds), *regex.declared(kinds)]
    extensions = [
        ext_strings.ExtStrings(),
        ext_optional.ExtOptional(),
        cel.CelExtension(_PACKAGE, _functions(cel, declared)),
    ]
    return cel.NewEnv(pool, variables=dict.fromkeys(variables, kinds.dynamic), extensions=extensions)


def _functions(cel: Any, declared: list[Declared]) -> list[object]:  # noqa: ANN401
    """The declarations as the library takes them: every overload of a name together."""
    by_name: dict[str, list[object]] = {}
    for each in declared:
        overload = cel.Overload(each.id, each.result, list(each.parameters), is_member=each.member, impl=each.what)
        by_name.setdefault(each.name, []).append(overload)
    return [cel.FunctionDecl(name, overloads) for name, overloads in by_name.items()]


@cache
def _quantity_class() -> tuple[Any, Any]:
    """A message type that stands for a quantity, with the pool that CEL finds it in.

    CEL's own opaque types cannot be made from Python; a message of one text is as strictly told apart from other types.
    """
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory  # noqa: PLC0415

    file = descriptor_pb2.FileDescriptorProto(name=f"{_PACKAGE}.proto", package=_PACKAGE, syntax="proto3")
    field = file.message_type.add(name=quantity.NAME.rpartition(".")[2]).field.add(name="value", number=1)
    field.type, field.label = field.TYPE_STRING, field.LABEL_OPTIONAL
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return pool, message_factory.GetMessageClass(pool.FindMessageTypeByName(quantity.NAME))
