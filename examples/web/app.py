"""The accounts over HTTP: plain endpoints, which FastAPI runs in its thread pool, and an asynchronous one."""

import asyncio
from collections.abc import Callable
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse

from accounts.authorization import groups_of
from accounts.members import Page, add, page_of, remove
from accounts.pool import client

app = FastAPI()


@app.exception_handler(client.exceptions.TooManyRequestsException)
async def busy(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": "try again in a moment"}, status_code=503, headers={"Retry-After": "1"})


@app.get("/groups/{group}/members")
def members(group: str, limit: Annotated[int, Query(ge=1, le=60)] = 20, after: str | None = None) -> Page:
    """One page of the members; the caller sends `following` back as `after` for the next."""
    try:
        return page_of(group, limit=limit, after=after)
    except client.exceptions.ResourceNotFoundException:
        raise HTTPException(404, f"there is no group {group}") from None
    except client.exceptions.InvalidParameterException:
        raise HTTPException(400, "this page is not to be had") from None


@app.put("/groups/{group}/members/{username}", status_code=204)
def add_member(group: str, username: str) -> None:
    change(add, username, group)


@app.delete("/groups/{group}/members/{username}", status_code=204)
def remove_member(group: str, username: str) -> None:
    change(remove, username, group)


def change(membership: Callable[[str, str], None], username: str, group: str) -> None:
    try:
        membership(username, group)
    except client.exceptions.UserNotFoundException:
        raise HTTPException(404, f"there is no user {username}") from None
    except client.exceptions.ResourceNotFoundException:
        raise HTTPException(404, f"there is no group {group}") from None


@app.get("/users/{username}/groups")
async def groups(username: str) -> list[str]:
    """The user's groups. boto3 blocks, so it is asked in another thread."""
    try:
        return sorted(await asyncio.to_thread(lambda: list(groups_of(username))))
    except client.exceptions.UserNotFoundException:
        raise HTTPException(404, f"there is no user {username}") from None
