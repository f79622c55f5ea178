"""What a certificate takes on the solver's word, put to the second engine."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from planloop.checks.land import Land
from planloop.checks.optimality import costs_of, line_of, lines_of, owners, priced
from planloop.maintenance.boundary.second.engine import Engine
from planloop.maintenance.boundary.second.program import MOST_COST, Program
from planloop.maintenance.boundary.second.program import Line as Told
from planloop.messages import render
from planloop.plan.optimality import SOLVER, Clause, parted, provers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planloop.checks.optimality import Line
    from planloop.maintenance.boundary.second.program import Answer
    from planloop.plan.certificate import SolverCertificate
    from planloop.plan.optimality import Optimality, Solved
    from planloop.plan.settings import SolverSection

CONFIRMED, OPEN, REFUTED = "confirmed", "open", "refuted"
"""How a claim ends: nothing is better, as it says; the effort was used up; something is better."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the second engine says of one claim.

    Parameters
    ----------
    level
        The level.
    block
        Number of the block, from 1; None where the level is the solver's word as a whole.
    outcome
        ``confirmed``, ``open`` or ``refuted``.
    """

    level: str
    block: int | None
    outcome: str

    def text(self, lang: str) -> str:
        """Return that as a sentence in ``"zh"`` or ``"en"``."""
        level = render(f"levels.{self.level}", {}, lang)
        which = "level" if self.block is None else "block"
        outcome = render(f"certificate.{self.outcome}", {}, lang)
        params = {"level": level, "block": self.block, "outcome": outcome}
        return render(f"certificate.second-{which}", params, lang)

    def to_json(self) -> dict[str, object]:
        """Return it as plain data."""
        return {"level": self.level, "block": self.block, "outcome": self.outcome}


def rechecked(
    told: Optimality, solver: SolverCertificate, settings: SolverSection
) -> Iterator[Opinion]:
    """Yield what the second engine says of each claim that is trusted.

    Parameters
    ----------
    told
        A certificate that was checked, and stands.
    solver
        What the scheme says of its solver.
    settings
        Of these the limits of each claim, and the seed.

    Raises
    ------
    PlanloopError
        CP-SAT is not installed, its process failed, or its answer is wrong.
    """
    by = provers(told, {level.name: level for level in solver.levels})
    claims = {level.name: level.bound for level in solver.levels}
    with Engine() as engine:
        search = _Search(told, settings, engine)
        for number, solved in enumerate(told.levels):
            rows = lines_of(told, number)
            for place, block in enumerate(solved.blocks):
                if block.bound is not None:
                    outcome = search.of_block(solved, rows, place)
                    yield Opinion(solved.parts[0].name, place + 1, outcome)
            if any(by[part.name] == SOLVER for part in solved.parts):
                bound, better = search.of_level(solved, rows)
                for part, _, proved in parted(solved, told.plan, bound):
                    if by[part.name] == SOLVER:
                        reached = CONFIRMED if proved >= claims[part.name] else OPEN
                        yield Opinion(part.name, None, REFUTED if better else reached)


class _Search:
    """Asks the engine."""

    def __init__(self, told: Optimality, settings: SolverSection, engine: Engine) -> None:
        self.told, self.settings, self.engine = told, settings, engine
        self.land = Land(told.ground)

    def of_block(self, solved: Solved, rows: Sequence[Line], place: int) -> str:
        """Return whether no plan of a block costs less than the bound that is told of it."""
        block = solved.blocks[place]
        own = owners(solved, rows)[1]
        whole = priced(costs_of(solved), len(self.told.columns), rows, solved.prices[-1])
        costs = [Fraction(whole.costs[column], whole.per) for column in block.columns]
        # Rounded down they cost no more, and so does what they prove.
        scale = int((MOST_COST // 4) / max(1, sum(map(abs, costs))))
        mine = {column: number for number, column in enumerate(block.columns)}
        lines = [_told(line, mine) for row, line in enumerate(rows) if own.get(row) == place]
        answer = self._asked([int(scale * cost // 1) for cost in costs], lines, None)
        claim = Fraction(block.bound or 0.0)
        if answer.bound is not None and Fraction(answer.bound, scale) >= claim:
            return CONFIRMED
        if answer.plan is None:
            return OPEN
        reached = sum(cost for cost, one in zip(costs, answer.plan, strict=True) if one)
        return REFUTED if reached < claim else OPEN

    def of_level(self, solved: Solved, rows: Sequence[Line]) -> tuple[int, bool]:
        """Return a bound of a level, and whether a better plan than the one told was found."""
        count, plan = len(self.told.columns), self.told.plan
        every = {column: column for column in range(count)}
        lines = [_told(line, every) for line in rows if line.terms]
        costs = costs_of(solved)
        constant = sum(part.unit * part.constant for part in solved.parts)
        bound = constant + sum(min(0, cost) for cost in costs.values())
        while True:
            answer = self._asked([costs.get(column, 0) for column in range(count)], lines, plan)
            if answer.bound is not None:
                bound = max(bound, constant + answer.bound)
            if answer.plan is None:
                return bound, False
            found = list(self._broken(list(answer.plan)))
            if not found:
                return bound, solved.value(list(answer.plan)) < solved.value(plan)
            lines += [_told(line_of(self.told.ground, clause), every) for clause in found]

    def _asked(self, costs: list[int], lines: list[Told], start: Sequence[int] | None) -> Answer:
        program = Program(
            costs=tuple(costs),
            rows=tuple(lines),
            start=None if start is None else tuple(start),
            nodes=self.settings.node_limit,
            seed=self.settings.seed,
        )
        return self.engine.answer(program, self.settings.time_limit_s)

    def _broken(self, plan: list[int]) -> Iterator[Clause]:
        """Yield clauses that a plan breaks, one for each cell of a piece that is too small."""
        cell, inside = self.told.ground.cell, self.told.ground.inside
        for piece in self.land.faults(plan[: self.told.ins + self.told.outs]):
            around = {near for node in piece for near in self.land.near[node]} - piece
            beside = sorted({cell[node] for node in around} - {-1})
            heads = {cell[node]: node for node in piece}
            for head, node in heads.items():
                side = bool(inside[node] if head < 0 else plan[head])
                yield Clause(inside=side, node=node, beside=beside)


def _told(line: Line, place: Mapping[int, int]) -> Told:
    """Return a row as the engine is told it, over columns of a block."""
    return Told(
        columns=tuple(place[column] for column in line.terms),
        coefficients=tuple(line.terms.values()),
        lower=line.least,
        upper=line.most,
    )
