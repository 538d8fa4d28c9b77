"""The stream application: collects hot acts that arrive in the same few milliseconds, runs them as one list, answers after the commit.

    gate.py         the list: ask → future; a run of up to 500; backlog; draining
    app.py          HTTP (RSGI): routes, limits, who asks, what is answered
    claims.py       the signed cookie, and revocations polled each second

What stands behind a path is an `Endpoint` (yanxiu.lib.hot): `parse` validates one body, `act` gives the body of yanxiu.events.groups for a list.
Endpoints with the same `act` share one list, one connection, one transaction in flight. config/stream.py puts places and learning behind the gate.
No ORM here, nothing of a package above.
"""
