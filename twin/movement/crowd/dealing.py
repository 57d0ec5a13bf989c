"""Work dealt out to threads while they work: each takes the next piece when it is done with its last.

Shares that are equal beforehand are not equally long: a crowd is dense in places, and a thread that slept
through the part of a step that is not shared takes some time to wake. What is worked out does not depend on
who takes which piece.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.typing.templates import Signature
from numba.extending import intrinsic

from twin.movement.crowd.compiled import inlined

PIECE = 64
"""Rows in a piece."""
_HANDS = 32
"""Threads that can take pieces, at most. Who comes when all are dealt out goes away again."""


def _next_piece(_typing: object, counter: Any) -> Any:  # noqa: ANN401 - types of numba's

    def lower(context: Any, builder: ir.IRBuilder, sig: Signature, values: Any) -> ir.Value:  # noqa: ANN401
        array = context.make_array(sig.args[0])(context, builder, values[0])
        return builder.atomic_rmw("add", array.data, ir.Constant(ir.IntType(64), 1), "monotonic")

    return types.int64(counter), lower


next_piece: Any = intrinsic(_next_piece)
"""Take the next piece: the number in the counter given (int64[1]), which becomes one more for everybody."""


@inlined
def hands(rows: int) -> int:
    """How many may take pieces of so many rows."""
    return min(_HANDS, (rows + PIECE - 1) // PIECE)
