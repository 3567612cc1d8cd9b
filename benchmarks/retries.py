"""What three throttled calls cost more than three plain ones, in each mode of botocore's retries.

    python benchmarks/retries.py

Prints milliseconds, the best and the median of many rounds. Nothing is slept: what botocore would have slept stands
beside it. In standard mode the difference is to stay within 50 ms.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

import botocore
import botocore.session
from botocore.config import Config

from pytest_cognito_groups import CognitoGroups

CALLS = 3
ROUNDS = 50
SEED = "{pool: eu-west-1_Bench0001, users: {alice: [readers]}}"


def measure(client: Any, *, throttled: bool) -> tuple[float, float]:
    """Milliseconds that the calls take, and seconds that botocore would have slept meanwhile."""
    with CognitoGroups.from_yaml(SEED) as fake:
        if throttled:
            for call in range(CALLS):
                fake.add_fault("list_users_in_group", "ThrottlingException", times=2, Limit=call + 1)
        start = time.perf_counter()
        for call in range(CALLS):
            client.list_users_in_group(UserPoolId="eu-west-1_Bench0001", GroupName="readers", Limit=call + 1)
        took = time.perf_counter() - start
    attempts = [call.attempts for call in fake.calls]
    assert attempts == [3 if throttled else 1] * CALLS, attempts
    return took * 1000, sum(call.backoff for call in fake.calls)


def main() -> None:
    print(f"botocore {botocore.__version__}, {CALLS} calls, {ROUNDS} rounds")
    print(f"{'mode':<10}{'plain':>16}{'throttled':>18}{'difference':>12}{'spared':>12}")
    print(f"{'':<10}{'best / median':>16}{'best / median':>18}{'best':>12}{'mean':>12}")
    for mode in ("legacy", "standard", "adaptive"):
        client = botocore.session.get_session().create_client(
            "cognito-idp",
            region_name="eu-west-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",  # noqa: S106  # nothing is signed
            config=Config(retries={"mode": mode}),
        )
        measure(client, throttled=True)  # warm
        plain = [measure(client, throttled=False)[0] for _ in range(ROUNDS)]
        slow, spared = zip(*(measure(client, throttled=True) for _ in range(ROUNDS)), strict=True)
        pairs = [f"{min(taken):.2f} / {statistics.median(taken):.2f}" for taken in (plain, slow)]
        difference = f"{min(slow) - min(plain):+.2f} ms"
        print(f"{mode:<10}{pairs[0]:>16}{pairs[1]:>18}{difference:>12}{statistics.mean(spared):>10.1f} s")


if __name__ == "__main__":
    main()
