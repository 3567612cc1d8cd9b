"""Who has an e-mail address, and in which groups they are: for many addresses at a time."""

import asyncio

from accounts.pool import POOL_ID


async def username_of(client, email: str) -> str | None:
    """The user with this address, in whatever case; `None` without one, `LookupError` where several have it."""
    escaped = email.replace("\\", "\\\\").replace('"', '\\"')
    pages = client.get_paginator("list_users").paginate(UserPoolId=POOL_ID, Filter=f'email = "{escaped}"')
    names = [user["Username"] async for page in pages for user in page["Users"]]
    if len(names) > 1:
        raise LookupError(f"several users have {email}: {', '.join(names)}")
    return names[0] if names else None


async def groups_by_email(client, email: str) -> set[str]:
    """The groups of the user with this address; none for an address that nobody has."""
    username = await username_of(client, email)
    if username is None:
        return set()
    pages = client.get_paginator("admin_list_groups_for_user").paginate(UserPoolId=POOL_ID, Username=username)
    return {group["GroupName"] async for page in pages for group in page["Groups"]}


async def directory(client, emails: list[str]) -> dict[str, set[str]]:
    """The groups by address; all are asked for at once."""
    groups = await asyncio.gather(*(groups_by_email(client, email) for email in emails))
    return dict(zip(emails, groups, strict=True))
