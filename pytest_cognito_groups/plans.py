"""The faults of seeds: from what YAML says to what the service plays."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_cognito_groups.hook.clients import service_model
from pytest_cognito_groups.seed.documents import FaultPlan
from pytest_cognito_groups.service.faults import Fault, wrong
from pytest_cognito_groups.service.model import Model


def fault_of(plan: FaultPlan, model: Model) -> Fault:
    """The fault that a seed plans, the values of its parameters typed as the operation's."""
    operation = None if plan.operation is None else model.answered(plan.operation)
    when = tuple(
        (name, int(str(value)) if name == "Limit" and str(value).isdigit() else value) for name, value in plan.when
    )
    transport = plan.error in model.transport
    return Fault(plan.pool, operation, plan.error, plan.message, plan.times, plan.after, when, transport, plan.level)


def check_fault(plan: FaultPlan) -> Iterator[tuple[str, str]]:
    """What is wrong with a fault of a seed: pairs of the key in question and the text."""
    model = service_model()
    return wrong(fault_of(plan, model), model)
