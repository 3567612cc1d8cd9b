import io

import pytest

from accounts.pool import client
from pytest_cognito_groups import CognitoGroups
from reports import groups


def report() -> list[str]:
    stream = io.StringIO()
    groups.write(stream)
    return stream.getvalue().splitlines()


def test_the_groups_of_the_pool(cognito_groups: CognitoGroups) -> None:
    assert report() == [
        "group,precedence,role,description,members,disabled",
        "admins,0,Admins,May do everything,1,0",
        "editors,10,Editors,,2,1",
        "empty,,,,0,0",
        "internal-billing,,,,1,0",
        "readers,20,,,153,1",
    ]


@pytest.mark.cognito_groups("groups: {'team-[01:70]': , 'sales,north': {description: 'the \"north\" team'}}")
def test_more_groups_than_a_page_holds() -> None:
    lines = report()
    assert len(lines) == 1 + 5 + 71
    assert '"sales,north",,,"the ""north"" team",0,0' in lines


def test_a_group_that_is_deleted_meanwhile_ends_the_report(cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_fault("list_users_in_group", "ResourceNotFoundException", GroupName="editors")
    stream = io.StringIO()
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        groups.write(stream)
    assert stream.getvalue() == ""
