"""Where moto differs from the rules: which test shows it, the rule's id, and what moto does."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import Final

import pytest

MADE_FOR: Final = "5.2.5"
"""The moto that the table was made for. With this one, each difference has to be there, and no other. With another one
no difference is an error: moto may mend what it likes, when it likes.
"""

IS_ANOTHER: Final = version("moto") != MADE_FOR

DIFFERENCES: Final[dict[str, tuple[str, str]]] = {
    "test_a_limit_of_61_is_an_invalid_parameter": ("REQ-2", "any `Limit` will do"),
    "test_a_pool_id_outside_its_pattern_is_an_invalid_parameter": ("REQ-2", "an id is only looked up"),
    "test_the_text_names_the_value_the_member_and_its_pattern": ("REQ-3", "an id is only looked up"),
    "test_the_text_names_the_largest_limit": ("REQ-3", "any `Limit` will do"),
    "test_the_text_names_the_greatest_length": ("REQ-3", "a name of any length is looked up or made"),
    "test_a_token_with_a_blank_is_outside_its_pattern": ("REQ-3", "the code is InvalidToken"),
    "test_the_value_of_a_user_name_is_left_out": ("REQ-4", "a name of any length is looked up"),
    "test_several_violations_come_in_the_order_of_the_members": ("REQ-5", "names of any length are looked up"),
    "test_a_name_and_a_limit_are_refused_together": ("REQ-5", "a name of any length is looked up"),
    "test_within_a_member_the_pattern_comes_before_the_length": ("REQ-5", "a name of any length is looked up"),
    "test_a_limit_of_zero_is_refused": ("REQ-6", "0 means no limit"),
    "test_constraints_come_before_the_pool": ("REQ-7", "there are no constraints"),
    "test_the_user_or_group_comes_before_the_token": ("REQ-7", "the token comes first"),
    "test_an_unknown_group_is_not_found": ("LOOK-4", "the text is the group's name"),
    "test_a_user_is_found_by_their_sub": ("LOOK-5", "a sub finds nobody where people have user names"),
    "test_a_user_is_found_by_an_alias": ("LOOK-5", "an alias finds nobody"),
    "test_a_preferred_user_name_needs_no_verification": ("LOOK-6", "an alias finds nobody"),
    "test_case_counts_in_the_names_of_users": ("LOOK-8", "an alias finds nobody"),
    "test_case_does_not_count_where_the_pool_says_so": ("LOOK-8", "case always counts"),
    "test_a_page_has_25_items_without_a_limit": ("PAGE-2", "it has 60"),
    "test_a_token_of_another_pool_is_refused": ("PAGE-6", "it is accepted, or the code is InvalidToken"),
    "test_a_token_of_another_user_group_or_filter_is_refused": ("PAGE-6", "it is accepted"),
    "test_a_token_of_another_operation_is_refused": ("PAGE-6", "it is accepted"),
    "test_a_token_that_was_made_up_is_refused": ("PAGE-7", "the code is InvalidToken"),
    "test_a_token_that_was_changed_is_refused": ("PAGE-7", "the code is InvalidToken, or moto fails itself"),
    "test_the_order_is_that_in_which_things_were_made[admin_list_groups_for_user]": (
        "PAGE-10",
        "groups come in no order",
    ),
    "test_the_claim_of_roles_has_each_role_once_whatever_the_precedence": ("PREC-4", "tokens have no roles"),
    "test_the_only_role_is_preferred_and_still_a_list": ("PREC-4", "tokens have no roles"),
    "test_the_lower_precedence_wins_and_none_loses": ("PREC-5", "tokens have no roles"),
    "test_one_role_of_two_groups_of_one_precedence_is_preferred": ("PREC-6", "tokens have no roles"),
    "test_a_group_without_a_role_takes_no_part": ("PREC-7", "tokens have no roles"),
    "test_an_item_has_what_it_always_has_and_nothing_that_was_not_set": (
        "WIRE-1",
        "members that were not set are there, empty",
    ),
    "test_attributes_begin_with_sub_and_are_strings": ("WIRE-2", "sub is the last"),
    "test_an_answer_has_a_content_type_a_request_id_and_a_date": ("WIRE-4", "the request id is no UUID"),
    "test_an_error_has_its_code_and_text_in_headers_and_body": ("WIRE-4", "headers do not tell the error"),
    "test_a_pool_that_is_missing_is_null": ("WIRE-9", "a pool called None is looked up"),
    "test_a_user_name_that_is_missing_is_not_even_null": ("WIRE-9", "a user called None is looked up"),
    "test_a_member_of_another_type_cannot_be_read": ("WIRE-9", "it is looked up as it is"),
    "test_the_user_is_looked_up_before_the_group": ("MEMB-2", "the group is looked up first"),
    "test_a_new_membership_is_the_last": (
        "MEMB-4",
        "groups come in no order, users in the order in which they were made",
    ),
    "test_a_user_is_in_at_most_100_groups": ("MEMB-5", "there is no limit"),
    "test_a_group_has_no_member_that_was_not_set": ("GROUP-1", "an empty description is there"),
    "test_a_new_group_has_nothing_that_was_not_set": ("GROUP-4", "an empty description is there"),
    "test_an_empty_description_was_not_set": ("GROUP-4", "it was"),
    "test_a_name_is_taken_in_whatever_case": ("GROUP-5", "the text has no full stop, and case counts"),
    "test_an_update_of_nothing_moves_no_date": ("GROUP-7", "it does"),
    "test_a_role_is_held_against_its_pattern": ("GROUP-8", "any role will do"),
    "test_a_precedence_beyond_its_range_is_refused": ("GROUP-8", "any precedence will do"),
    "test_the_attributes_of_a_user_begin_with_sub": ("USER-1", "sub is the last"),
    "test_a_user_is_read_by_an_alias": ("USER-1", "an alias finds nobody"),
    "test_members_about_second_factors_are_absent": ("USER-2", "they are there, empty"),
    "test_a_filter_is_an_attribute_an_operator_and_a_value[quoted-name]": ("USER-4", "a name in quotes is no name"),
    "test_a_filter_is_an_attribute_an_operator_and_a_value[escapes]": ("USER-4", "escapes are taken as they stand"),
    "test_a_filter_has_at_most_256_characters": ("USER-4", "it may have more"),
    "test_what_is_no_filter_is_refused": ("USER-6", "some pass, and the text has no full stop"),
    "test_the_case_of_a_sought_user_name_counts_as_the_pool_says[does-not]": ("USER-7", "case always counts"),
    "test_case_counts_in_a_sought_status_and_in_no_attribute[email]": ("USER-7", "case always counts"),
    "test_case_counts_in_a_sought_status_and_in_no_attribute[name]": ("USER-7", "case always counts"),
    "test_sought_users_come_in_the_order_of_the_attribute": (
        "USER-8",
        "they come in the order in which they were made",
    ),
    "test_attributes_are_limited_to_those_asked_for[none]": ("USER-9", "none asked for means all"),
    "test_an_attribute_that_a_user_lacks_is_refused": ("USER-9", "it is left out"),
    "test_constraints_then_pool_then_filter_then_attributes_then_token": ("USER-10", "there are no constraints"),
}
"""By the test's name, with a case in brackets where only that one differs."""


def mark(item: pytest.Function) -> pytest.MarkDecorator | None:
    """What is expected of the moto that the table was made for."""
    if IS_ANOTHER:
        return None
    found = next((DIFFERENCES[name] for name in spellings(item) if name in DIFFERENCES), None)
    return None if found is None else pytest.mark.xfail(reason=": ".join(found), strict=True)


def excuse(report: pytest.TestReport) -> None:
    """What another moto does differently is no failure."""
    if IS_ANOTHER and report.failed:
        report.outcome = "skipped"
        report.wasxfail = f"the differences of moto are listed for {MADE_FOR} alone"


def spellings(item: pytest.Function) -> Iterator[str]:
    """The test's name, and with the ids of its own parameters."""
    yield item.originalname
    case = item.callspec.id.removeprefix("moto").removeprefix("-")
    yield f"{item.originalname}[{case}]"
