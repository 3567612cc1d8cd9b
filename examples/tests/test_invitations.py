"""`unittest`, with moto for DynamoDB and the plugin for the user pool. Without moto, this module is skipped."""

import unittest

import boto3
import pytest

from pytest_cognito_groups import CognitoGroups

pytest.importorskip("moto", reason="the table of invitations needs: pip install 'moto[dynamodb]'")

from moto import mock_aws

from accounts.pool import client
from invitations.accept import InvitationError, accept, table


@pytest.mark.cognito_groups("groups: [authors]")
class Invitations(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def keep(self, cognito_groups: CognitoGroups) -> None:
        self.cognito_groups = cognito_groups

    def setUp(self) -> None:
        self.enterContext(mock_aws())
        boto3.client("dynamodb", region_name="eu-west-1").create_table(
            TableName="invitations",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "code", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "code", "AttributeType": "S"}],
        )
        table().put_item(Item={"code": "K7", "group": "authors"})

    def authors(self) -> list[str]:
        return [user.username for user in self.cognito_groups.members_of("authors")]

    def test_who_accepts_is_a_member(self) -> None:
        self.assertEqual(accept("K7", "bob"), "authors")
        self.assertEqual(self.authors(), ["bob"])

    def test_a_code_is_good_once(self) -> None:
        accept("K7", "bob")
        with self.assertRaises(InvitationError):
            accept("K7", "carol")
        self.assertEqual(self.authors(), ["bob"])

    def test_an_unknown_code_asks_nothing_of_the_pool(self) -> None:
        with self.assertRaises(InvitationError):
            accept("K8", "bob")
        self.cognito_groups.assert_not_called()

    def test_a_group_that_is_gone(self) -> None:
        self.cognito_groups.delete_group("authors")
        with self.assertRaisesRegex(InvitationError, "authors"):
            accept("K7", "bob")

    def test_a_code_outlives_a_busy_service(self) -> None:
        self.cognito_groups.throttle("admin_add_user_to_group", times=None)
        with self.assertRaises(client.exceptions.TooManyRequestsException):
            accept("K7", "bob")
        self.assertIn("Item", table().get_item(Key={"code": "K7"}))
