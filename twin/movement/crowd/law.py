"""How people walk: the one set of parameters of the crowd engine.

People walk at their own speed unless someone is in the way. Who has somebody ahead keeps a *time gap*: the
speed is the free distance to the one ahead over the time gap (the follow-the-leader law that single-file
experiments show: headway grows linearly with speed; Seyfried et al. 2005, Tordeux, Chraibi and Seyfried
2016). Somebody ahead at one's side, whom one could pass, is followed more closely than somebody straight
ahead, and who has been held up keeps a shorter time gap for a while: people in file leave more room than
those in a crowd or in a queue before a door (one gap cannot meet both experiments). Right before an opening
those at one's side count like those ahead.

People are ellipses that can walk staggered, as in a zipper. Held up, they look for a heading on which they
get on better, and count oncoming people as nearer than they are by the way these come in the *anticipation*
time. Who sees people come towards them turns to the right, so that streams that meet sort into lanes. Once
sorted, each keeps the side that it has: only who is on the wrong side of the line between them walks slower,
goes back and does not overtake there. Beside a stream that comes towards one all walk with more care. Near
oncoming people one moves aside; where they touch they turn the shoulders, and at last squeeze past.
"""

from __future__ import annotations

from typing import NamedTuple


class Law(NamedTuple):
    """Parameters of :func:`twin.movement.crowd.step.step`. Lengths m, times s; the same for every plan.

    A named tuple, because compiled functions take it as it is.
    """

    time_gap_s: float = 0.71
    """Speed is the free distance ahead over this."""
    hurry: float = 0.16
    """Share of the time gap that one saves who has been held up, and"""
    hurry_s: float = 1.1
    """after how long."""
    stair_gap_s: float = 1.33
    """The time gap on flights on the way down, and"""
    stair_gap_up_s: float = 1.49
    """on the way up: a stair passes an eighth fewer up than down (Weidmann: 0.85 and 0.97 /(m s))."""
    closer: float = 0.72
    """By how much (a share) the free way counts as longer to somebody whom one just passes at the side
    (not on flights)."""
    opening_m: float = 0.7
    """So near before an opening one follows those at one's side like those straight ahead: where a gap is as
    thin as a wall nobody gets through beside another sooner than in a passage."""
    relaxation_s: float = 0.075
    """Time constant with which a velocity is taken up."""
    depth_m: float = 0.48
    """Distance of two adults, chest to back, who stand: contact along the heading."""
    breadth_m: float = 0.385
    """Side by side distance of two adults at which they are not in each other's way."""
    core_m: float = 0.25
    """Nobody comes nearer than this to the middle of another: the body itself."""
    anticipation_s: float = 0.65
    """How far ahead the way of oncoming people is counted in."""
    apart_mps: float = 0.36
    """Speed with which one gives way to those whose space one stands in."""
    give_way_mps: float = 0.6
    """Speed with which one moves aside from those who come straight towards one, and"""
    give_way_m: float = 1.2
    """how near they are then."""
    margin_m: float = 0.158
    """Middle of an adult to a wall, at least."""
    comfort_m: float = 0.32
    """Middle of an adult to a wall on a heading that one chooses to get past others."""
    turned: float = 0.4
    """Share of the breadth that is saved by turning the shoulders to oncoming people."""
    squeeze_s: float = 1.5
    """Held up for as long by oncoming people, one begins to squeeze past; after twice as long one does."""
    squeeze: float = 0.5
    """Share of the core that squeezing past saves."""
    keep_right: float = 0.8
    """How far one turns to the right, radians, when many come towards one (up to 6 m ahead)."""
    sorted_m: float = 0.4
    """Distance between the middles of two streams from which on they keep the sides that they have."""
    wary: float = 0.9
    """Share of the pace that one gives up when many come straight towards one."""
    caution: float = 0.5
    """Share of the pace that one gives up beside a stream that comes towards one."""
    own_side: float = 0.95
    """Share by which a heading towards the side of those who come counts less."""
    content: float = 0.88
    """Share of the pace with which one is content and looks for no other heading."""
    turn_cost: float = 0.28
    """Speed (as a share of the free speed) that one gives up for a radian of detour."""


CALIBRATED = Law()
"""The parameters as fitted."""
