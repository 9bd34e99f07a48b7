"""Waiting in line, in figures: Erlang's C, mean value analysis, and people who think between their requests.

Sources: A. K. Erlang (1917) for C; Reiser and Lavenberg (1980) for exact mean value analysis of a closed network; the
machine repairman, M/M/c//N, as in Kleinrock, Queueing Systems I (1975), section 3.8. Times in seconds, rates a second.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate


def erlang_c(servers: int, load: float) -> float:
    """Return the probability that somebody who comes has to wait, in M/M/c; load in servers kept busy, under c."""
    if load >= servers:
        return 1.0
    blocked = 1.0  # Erlang's B, server by server, which never overflows
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    return servers * blocked / (servers - load * (1 - blocked))


@dataclass(frozen=True, slots=True)
class Flow:
    """How many requests are answered a second, and how long each takes on average."""

    throughput: float
    response: float


def solve_mva(demands: Sequence[float], users: int, think: float) -> Flow:
    """Return the flow through single servers in line, for so many users who think in between. Exact.

    demands: seconds that a request needs at each. R_k(n) = D_k (1 + Q_k(n-1)); X(n) = n / (Z + sum R_k); Q_k = X R_k.
    """
    queues, flow = [0.0] * len(demands), Flow(0.0, sum(demands))
    for number in range(1, users + 1):
        responses = [demand * (1 + queue) for demand, queue in zip(demands, queues, strict=True)]
        throughput = number / (think + sum(responses))
        queues = [throughput * response for response in responses]
        flow = Flow(throughput, sum(responses))
    return flow


@dataclass(frozen=True, slots=True)
class Line:
    """People who think, then ask one of several servers that share a line: M/M/c//N.

    p_k, that k of them are with the servers, is proportional to N!/(N-k)! (S/Z)^k / prod min(j, c) for j = 1 to k.
    """

    servers: int
    service: float
    """Seconds of a server that a request needs."""
    users: int
    think: float

    def shares(self, users: int | None = None) -> list[float]:
        """Return p_k for k = 0 to the number of users."""
        number = self.users if users is None else users
        logs = [0.0]
        for k in range(1, number + 1):
            comes = (number - k + 1) / self.think
            goes = min(k, self.servers) / self.service
            logs.append(logs[-1] + math.log(comes / goes))
        most = max(logs)
        raw = [math.exp(one - most) for one in logs]
        total = sum(raw)
        return [one / total for one in raw]

    def flow(self) -> Flow:
        """Return the flow. By Little: R = N / X - Z."""
        shares = self.shares()
        busy = sum(min(k, self.servers) * share for k, share in enumerate(shares))
        throughput = busy / self.service
        return Flow(throughput, self.users / throughput - self.think)

    def response_under(self, part: float) -> float:
        """Return the seconds within which such a part of all requests is answered (0.95: the 95th percentile).

        Who comes meets the line that all others make (the arrival theorem), and waits for k - c + 1 departures if all
        servers are busy: that is exact. Their own service is added with its mean (of one server: 3 % too little).
        """
        met = self.shares(self.users - 1) if self.users > 1 else [1.0]
        low, high = 0.0, self.service * (len(met) + 10)
        for _ in range(30):
            middle = (low + high) / 2
            low, high = (
                (low, middle) if self._waits_over(met, middle) <= 1 - part else (middle, high)
            )
        return high + self.service

    def _waits_over(self, met: list[float], seconds: float) -> float:
        """The probability of waiting longer: of fewer departures in that time than are needed."""
        mean = self.servers * seconds / self.service
        at_most = list(accumulate(_poisson(mean, len(met))))
        return sum(
            share * at_most[k - self.servers]
            for k, share in enumerate(met[self.servers :], self.servers)
        )


def _poisson(mean: float, number: int) -> list[float]:
    """The probabilities of 0 to number - 1 events."""
    if mean <= 0:
        return [1.0] + [0.0] * (number - 1)
    log_mean = math.log(mean)
    return [math.exp(k * log_mean - mean - math.lgamma(k + 1)) for k in range(number)]
