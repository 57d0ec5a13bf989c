"""Eight numbers at a time: kernels reckon with :data:`Lanes` as with numbers, on the vector units.

The compiler does not find out by itself that neighbours can be looked at eight at a time. So numbers of eight
neighbours are one value here, with the usual operators, among themselves and with single numbers; comparing
them gives a :data:`Mask`. Where an ``if`` would stand for one neighbour, :func:`pick` stands for eight.
They are float32: a tenth of a millimetre on a floor of a kilometre.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

from llvmlite import ir
from numba.core import types
from numba.core.datamodel.models import PrimitiveModel
from numba.core.datamodel.registry import register_default
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import ConcreteTemplate, Signature, infer_global, signature
from numba.extending import intrinsic

WIDTH = 8
Lanes: TypeAlias = Any
"""Eight numbers."""
Mask: TypeAlias = Any
"""Eight truths."""
_VECTOR = ir.VectorType(ir.FloatType(), WIDTH)
_TRUTHS = ir.VectorType(ir.IntType(1), WIDTH)
_LANE, _BITS = ir.IntType(32), ir.IntType(WIDTH)
_WHOLE, _REAL = types.int64, types.float64


class _Lanes(types.Type):
    def __init__(self) -> None:
        super().__init__("lanes")


class _Mask(types.Type):
    def __init__(self) -> None:
        super().__init__("mask")


LANES, MASK = _Lanes(), _Mask()


def _kept_as(kind: ir.Type) -> type:
    class Model(PrimitiveModel):
        def __init__(self, manager: object, one: object) -> None:
            super().__init__(manager, one, kind)

    return Model


register_default(_Lanes)(_kept_as(_VECTOR))
register_default(_Mask)(_kept_as(_TRUTHS))


def _all(builder: ir.IRBuilder, value: ir.Value) -> ir.Value:
    """A number (float64) in every lane; lanes as they are."""
    if value.type == _VECTOR:
        return value
    return _everywhere(builder, builder.fptrunc(value, ir.FloatType()))


def _everywhere(builder: ir.IRBuilder, value: ir.Value) -> ir.Value:
    kind = ir.VectorType(value.type, WIDTH)
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), value, ir.Constant(_LANE, 0))
    zeros = ir.Constant(ir.VectorType(_LANE, WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(one, ir.Constant(kind, ir.Undefined), zeros)


def _operator(key: object, cases: list[Signature], build: Callable[..., ir.Value]) -> None:
    """Let kernels use an operator of Python on lanes."""
    typing: Any = type("Typing", (ConcreteTemplate,), {"key": key, "cases": cases})
    infer_global(key)(typing)

    def lower(_context: object, builder: ir.IRBuilder, sig: Signature, given: list[ir.Value]) -> ir.Value:
        if MASK in sig.args:
            return build(builder, *given)
        return build(builder, *(_all(builder, value) for value in given))

    for case in cases:
        lower_builtin(key, *case.args)(lower)


def _pairs(result: types.Type) -> list[Signature]:
    return [signature(result, *pair) for pair in ((LANES, LANES), (LANES, _REAL), (_REAL, LANES))]


for _key, _name in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _operator(_key, _pairs(LANES), getattr(ir.IRBuilder, _name))
for _key, _sign in ((operator.lt, "<"), (operator.le, "<="), (operator.gt, ">"), (operator.ge, ">=")):
    _operator(_key, _pairs(MASK), lambda builder, a, b, sign=_sign: builder.fcmp_ordered(sign, a, b))
_operator(operator.eq, _pairs(MASK), lambda builder, a, b: builder.fcmp_ordered("==", a, b))
_operator(operator.ne, _pairs(MASK), lambda builder, a, b: builder.fcmp_unordered("!=", a, b))
_operator(operator.and_, [signature(MASK, MASK, MASK)], ir.IRBuilder.and_)
_operator(operator.or_, [signature(MASK, MASK, MASK)], ir.IRBuilder.or_)
_operator(operator.invert, [signature(MASK, MASK)], ir.IRBuilder.not_)
_operator(operator.neg, [signature(LANES, LANES)], ir.IRBuilder.fneg)


def _function(result: types.Type, *kinds: types.Type | None) -> Callable[[Callable[..., ir.Value]], Any]:
    """Let kernels call what writes their code. ``kinds``: of its arguments; ``None`` an array as it comes."""

    def made(build: Callable[..., ir.Value]) -> Any:  # noqa: ANN401 - a function of numba's
        def typed(_typing: object, *given: Any) -> tuple[Signature, Callable[..., ir.Value]]:  # noqa: ANN401
            def lower(context: Any, builder: ir.IRBuilder, sig: Signature, values: Any) -> ir.Value:  # noqa: ANN401
                arrays = [
                    context.make_array(kind)(context, builder, value) if want is None else value
                    for kind, value, want in zip(sig.args, values, kinds, strict=True)
                ]
                written = build(builder, *arrays)
                return context.get_dummy_value() if result is types.void else written

            pairs = zip(kinds, given, strict=True)
            return result(*(kind if want is None else want for want, kind in pairs)), lower

        names = ", ".join(f"v{n}" for n in range(len(kinds)))
        # numba counts the arguments of a function by its signature.
        taking: dict[str, Any] = {"typed": typed}
        exec(f"def {build.__name__}(typing, {names}): return typed(typing, {names})", taking)  # noqa: S102
        return intrinsic(taking[build.__name__])

    return made


def _place(builder: ir.IRBuilder, array: Any, row: ir.Value, column: ir.Value) -> ir.Value:  # noqa: ANN401
    """Where eight numbers from ``array[row, column]`` on lie."""
    columns = builder.extract_value(array.shape, 1)
    one = builder.gep(array.data, [builder.add(builder.mul(row, columns), column)])
    return builder.bitcast(one, _VECTOR.as_pointer())


@_function(LANES, None, _WHOLE, _WHOLE)
def load(builder: ir.IRBuilder, array: Any, row: ir.Value, column: ir.Value) -> ir.Value:  # noqa: ANN401
    """``array[row, column : column + 8]`` of float32."""
    loaded = builder.load(_place(builder, array, row, column))
    loaded.align = 4
    return loaded


@_function(types.void, None, _WHOLE, _WHOLE, LANES)
def store(builder: ir.IRBuilder, array: Any, row: ir.Value, column: ir.Value, value: ir.Value) -> None:  # noqa: ANN401
    """``array[row, column : column + 8] = value``."""
    builder.store(value, _place(builder, array, row, column)).align = 4


@_function(types.void, None, _WHOLE, _WHOLE, MASK, LANES)
def store_some(
    builder: ir.IRBuilder,
    array: Any,  # noqa: ANN401 - an array as numba lowers it
    row: ir.Value,
    column: ir.Value,
    mask: ir.Value,
    value: ir.Value,
) -> None:
    """Write those of eight numbers for which ``mask`` is true side by side from ``array[row, column]`` on."""
    name, real = f"llvm.masked.compressstore.v{WIDTH}f32", ir.FloatType().as_pointer()
    kind = ir.FunctionType(ir.VoidType(), [_VECTOR, real, _TRUTHS])
    place = builder.bitcast(_place(builder, array, row, column), real)
    known = builder.module.globals.get(name)
    builder.call(known or ir.Function(builder.module, kind, name), [value, place, mask])


@_function(LANES, _REAL)
def everywhere(builder: ir.IRBuilder, value: ir.Value) -> ir.Value:
    """One number in every lane."""
    return _all(builder, value)


@_function(LANES, LANES, LANES)
def lower(builder: ir.IRBuilder, one: ir.Value, other: ir.Value) -> ir.Value:
    """The lower of two, lane by lane."""
    return builder.select(builder.fcmp_ordered("<", one, other), one, other)


@_function(LANES, LANES)
def root(builder: ir.IRBuilder, value: ir.Value) -> ir.Value:
    """Square roots; NaN of what is below 0."""
    name = f"llvm.sqrt.v{WIDTH}f32"
    known = builder.module.globals.get(name)
    return builder.call(
        known or ir.Function(builder.module, ir.FunctionType(_VECTOR, [_VECTOR]), name), [value]
    )


@_function(LANES, MASK, LANES, LANES)
def pick(builder: ir.IRBuilder, mask: ir.Value, one: ir.Value, other: ir.Value) -> ir.Value:
    """``one`` where ``mask`` is true, else ``other``."""
    return builder.select(mask, one, other)


@_function(MASK, _WHOLE)
def up_to(builder: ir.IRBuilder, count: ir.Value) -> ir.Value:
    """True in the first ``count`` lanes."""
    numbers = ir.Constant(ir.VectorType(_LANE, WIDTH), list(range(WIDTH)))
    return builder.icmp_signed("<", numbers, _everywhere(builder, builder.trunc(count, _LANE)))


@_function(_WHOLE, MASK)
def bits(builder: ir.IRBuilder, mask: ir.Value) -> ir.Value:
    """The truths as bits of a number, that of the first lane lowest."""
    return builder.zext(builder.bitcast(mask, _BITS), ir.IntType(64))


@_function(_WHOLE, MASK)
def number_of(builder: ir.IRBuilder, mask: ir.Value) -> ir.Value:
    """How many are true."""
    return builder.zext(builder.ctpop(builder.bitcast(mask, _BITS)), ir.IntType(64))


@_function(MASK, _WHOLE)
def of_bits(builder: ir.IRBuilder, number: ir.Value) -> ir.Value:
    """The truths that stand in the bits of a number."""
    return builder.bitcast(builder.trunc(number, _BITS), _TRUTHS)


def _folded(
    builder: ir.IRBuilder, lanes: ir.Value, join: Callable[[ir.Value, ir.Value], ir.Value]
) -> ir.Value:
    """All lanes joined into one number (float64)."""
    half = WIDTH // 2
    while half:
        order = [(lane + half) % WIDTH for lane in range(WIDTH)]
        turned = builder.shuffle_vector(lanes, lanes, ir.Constant(ir.VectorType(_LANE, WIDTH), order))
        lanes = join(lanes, turned)
        half //= 2
    return builder.fpext(builder.extract_element(lanes, ir.Constant(_LANE, 0)), ir.DoubleType())


@_function(_REAL, LANES)
def least(builder: ir.IRBuilder, lanes: ir.Value) -> ir.Value:
    """The least of all lanes."""

    def join(one: ir.Value, other: ir.Value) -> ir.Value:
        return builder.select(builder.fcmp_ordered("<", one, other), one, other)

    return _folded(builder, lanes, join)


@_function(_REAL, LANES)
def total(builder: ir.IRBuilder, lanes: ir.Value) -> ir.Value:
    """The sum of all lanes."""
    return _folded(builder, lanes, builder.fadd)
