"""What the verbs of operations say: the role of an operation that is called so."""

from __future__ import annotations

from typing import Literal

Role = Literal["create", "read", "list", "change", "remove", "attach", "start", "cancel"]

_WORDS: dict[Role, str] = {
    "create": "create make new insert register upload post compose write open draft clone copy fork duplicate issue "
    "book reserve order place provision signup enroll upsert store save record log comment reply generate build "
    "mint ingest submit apply request define schedule crosspost purchase buy sell propose touch mkdir cp "
    "append fund take crawl",
    "list": "list search find query browse enumerate filter match discover recommend ls grep",
    "read": "get read show retrieve describe view check head download load is has count fetch compute calculate "
    "estimate compare summarize summarise classify extract translate analyze analyse verify lookup look preview "
    "validate lookahead display see cat tail du diff wc pwd ask evaluate obtain render measure "
    "inspect group cluster test ping profile consult proxy preflight",
    "change": "update set patch modify edit replace rename move mark approve reset acknowledge enable activate accept "
    "decline reject transfer change lock unlock reorder adjust configure complete acquire press fill deactivated "
    "confirm resolve rotate regenerate toggle refill redeem exchange reply_to resize rate put mv sort promote reopen "
    "restore undelete unarchive customize reassign release",
    "remove": "delete remove destroy purge erase drop clear uninstall detach unassign unlink unfavorite unfavourite "
    "unfollow unlike leave empty unpin unsubscribe dismiss disassociate disconnect unshare ungroup unbookmark unstar "
    "untag kick unban rm rmdir unmap unbind exempt",
    "attach": "attach assign link join invite favorite favourite follow like star pin subscribe associate connect "
    "bind grant share tag bookmark ban relate map mention retweet",
    "start": "start initiate run execute launch trigger send invoke begin deploy publish import export "
    "process scan play resume "
    "restart rebuild refresh sync synchronize synchronise retry call dispatch login logon authenticate authorize pay "
    "charge capture print deliver crosspublish push replay commit finalize finalise simulate skip notify "
    "broadcast rerun manual trigger provision_now withdraw deposit signin organize auto attend contact",
    "cancel": "cancel return refund stop abort disable deactivate revoke suspend pause undo halt terminate end close "
    "logout expire block archive interrupt unpublish void reverse invalidate signout",
}
ROLE_OF: dict[str, Role] = {word: role for role, words in _WORDS.items() for word in words.split()}
"""The role of each verb, in its plain form."""

ADDS = frozenset(("add", "include"))
"""Verbs that create what they name, or attach it where it is there already."""

ORDERED = frozenset(
    "popular top latest recent newest releases arrivals trending upcoming next nearest nearby best similar recommended "
    "recommendation recommendations history oldest".split()
)
"""Words of lists whose first element means something."""

AUTH = frozenset(
    "login logon logout signin signout token tokens oauth oauth2 authenticate authentication authorize auth".split()
)
"""Words of operations that sign somebody in or out; plans leave that to whoever executes them."""

NOUN_LIKE = frozenset(
    "group cluster order record log comment request map share tag star pin link like place rate report "
    "test review design draft copy issue book note plan schedule process return profile cat store "
    "transfer exchange lock export import head measure count view display reply buy point sign end play "
    "push block archive release promote branch".split()
)
"""Verbs that are nouns as often: at the head of a longer name of a path segment they are taken for nouns."""

METHODS = frozenset(("get", "post", "put", "patch", "delete", "head", "options"))


def plain_verb(word: str) -> str:
    """The plain form of a verb in the third person (`Creates`, `Copies`, `Searches`) where that is a known one."""
    for form in (word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"):
        if form in ROLE_OF or form in ADDS:
            return form
    return word


def role_of(word: str) -> Role | None:
    """The role that a verb names, None for other words."""
    return ROLE_OF.get(word)
