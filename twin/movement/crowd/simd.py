"""Eight neighbours at a time: what the compiler does not find out by itself, written for its vector units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from llvmlite import ir
from numba.core import types
from numba.core.typing.templates import Signature
from numba.extending import intrinsic

WIDTH = 8
_LANES = ir.VectorType(ir.FloatType(), WIDTH)
_LANE = ir.IntType(32)
_ROOT = f"llvm.sqrt.v{WIDTH}f32"
_REAL = types.float64
NEIGHBOUR = 6
"""Rows that tell of a neighbour."""
Values: TypeAlias = list[ir.Value]
Generate: TypeAlias = Callable[..., ir.Value]


def _generated(function: Callable[..., object]) -> Callable[..., Any]:
    """Let ``function`` write the code of a function that kernels call."""
    made: Callable[..., Any] = intrinsic(function)
    return made


def _everywhere(builder: ir.IRBuilder, value: ir.Value) -> ir.Value:
    """A number (float32) in every lane."""
    one = builder.insert_element(ir.Constant(_LANES, ir.Undefined), value, ir.Constant(_LANE, 0))
    zeros = ir.Constant(ir.VectorType(_LANE, WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(one, ir.Constant(_LANES, ir.Undefined), zeros)


def _spread(builder: ir.IRBuilder, value: ir.Value) -> ir.Value:
    """A number (float64) in every lane."""
    return _everywhere(builder, builder.fptrunc(value, ir.FloatType()))


def _lower(builder: ir.IRBuilder, one: ir.Value, other: ir.Value) -> ir.Value:
    """The lower of two, lane by lane."""
    return builder.select(builder.fcmp_ordered("<", one, other), one, other)


def _least(builder: ir.IRBuilder, lanes: ir.Value) -> ir.Value:
    """The least of all lanes, as float64."""
    half = WIDTH // 2
    while half:
        order = [(lane + half) % WIDTH for lane in range(WIDTH)]
        turned = builder.shuffle_vector(lanes, lanes, ir.Constant(ir.VectorType(_LANE, WIDTH), order))
        lanes = _lower(builder, lanes, turned)
        half //= 2
    return builder.fpext(builder.extract_element(lanes, ir.Constant(_LANE, 0)), ir.DoubleType())


class _Ways:
    """Free ways in the lanes: the neighbours are as in :mod:`twin.movement.crowd.seeing`."""

    def __init__(self, context: Any, builder: ir.IRBuilder, kind: Any, found: ir.Value) -> None:  # noqa: ANN401 - numba's
        self._builder = builder
        self._array = context.make_array(kind)(context, builder, found)
        self._columns = builder.extract_value(self._array.shape, 1)

    def place(self, row: int, column: ir.Value) -> ir.Value:
        """Where ``found[row, column]`` lies."""
        builder = self._builder
        start = builder.mul(self._columns, ir.Constant(self._columns.type, row))
        return builder.gep(self._array.data, [builder.add(column, start)])

    def eight(self, row: int, first: ir.Value) -> ir.Value:
        """``found[row, first : first + 8]``."""
        loaded = self._builder.load(self._builder.bitcast(self.place(row, first), _LANES.as_pointer()))
        loaded.align = 4
        return loaded

    def one(self, row: int, column: ir.Value) -> ir.Value:
        """``found[row, column]`` in every lane."""
        return _everywhere(self._builder, self._builder.load(self.place(row, column)))

    def free(self, neighbour: Values, hx: ir.Value, hy: ir.Value, soon: ir.Value, most: ir.Value) -> ir.Value:
        """The free way along (hx, hy) to each neighbour, at most ``most``."""
        builder = self._builder
        mul, add, sub = builder.fmul, builder.fadd, builder.fsub
        dx, dy, vx, vy, depth, narrow = neighbour
        none, one = (ir.Constant(_LANES, [number] * WIDTH) for number in (0.0, 1.0))
        lon = add(mul(dx, hx), mul(dy, hy))
        lat = mul(sub(mul(dy, hx), mul(dx, hy)), narrow)
        beside = sub(one, mul(lat, lat))
        along = _lower(builder, add(mul(vx, hx), mul(vy, hy)), none)
        root = builder.module.globals.get(_ROOT) or ir.Function(
            builder.module, ir.FunctionType(_LANES, [_LANES]), _ROOT
        )
        gap = sub(add(lon, mul(soon, along)), mul(depth, builder.call(root, [beside])))
        counts = builder.and_(builder.fcmp_ordered(">", lon, none), builder.fcmp_ordered(">", beside, none))
        return _lower(builder, builder.select(counts, gap, most), most)


@_generated
def least_gap(
    _typing: object,
    found: Any,  # noqa: ANN401 - these are types of numba
    first: Any,  # noqa: ANN401, ARG001
    hx: Any,  # noqa: ANN401, ARG001
    hy: Any,  # noqa: ANN401, ARG001
    ahead_s: Any,  # noqa: ANN401, ARG001
    most: Any,  # noqa: ANN401, ARG001
) -> tuple[Signature, Generate]:
    """The least free way along (hx, hy) to the neighbours ``first`` to ``first + 7``, at most ``most``."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Signature, given: Values) -> ir.Value:  # noqa: ANN401 - numba's
        ways = _Ways(context, builder, signature.args[0], given[0])
        neighbours = [ways.eight(row, given[1]) for row in range(NEIGHBOUR)]
        return _least(builder, ways.free(neighbours, *(_spread(builder, value) for value in given[2:])))

    return _REAL(found, types.int64, _REAL, _REAL, _REAL, _REAL), generate


@_generated
def lessen(
    _typing: object,
    found: Any,  # noqa: ANN401 - these are types of numba
    column: Any,  # noqa: ANN401, ARG001
    ahead_s: Any,  # noqa: ANN401, ARG001
) -> tuple[Signature, Generate]:
    """Take the free ways to the neighbour in ``column`` into account.

    Eight headings stand in ``found[6, :8]`` and ``found[7, :8]``, the free ways along them in
    ``found[8, :8]``.
    """

    def generate(context: Any, builder: ir.IRBuilder, signature: Signature, given: Values) -> ir.Value:  # noqa: ANN401 - numba's
        ways = _Ways(context, builder, signature.args[0], given[0])
        neighbour = [ways.one(row, given[1]) for row in range(NEIGHBOUR)]
        start = ir.Constant(given[1].type, 0)
        hx, hy, most = (ways.eight(row, start) for row in range(NEIGHBOUR, NEIGHBOUR + 3))
        free = ways.free(neighbour, hx, hy, _spread(builder, given[2]), most)
        place = ways.place(NEIGHBOUR + 2, start)
        builder.store(free, builder.bitcast(place, _LANES.as_pointer())).align = 4
        return context.get_dummy_value()

    return types.void(found, types.int64, _REAL), generate
