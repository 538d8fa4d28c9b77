"""The stream process's RSGI application. Until the gate stands it answers the health check, by really asking the database."""

import asyncio
import os
from importlib.util import find_spec

if find_spec("yanxiu.gate.app"):
    from yanxiu.gate.app import app
else:
    import psycopg

    class Health:
        """`/hot/health`: 200 when the database answers within two seconds."""

        async def __rsgi__(self, scope, protocol) -> None:
            if scope.path != "/hot/health":
                protocol.response_empty(404, [])
                return
            try:
                async with asyncio.timeout(2):
                    async with await psycopg.AsyncConnection.connect(os.environ["DATABASE_URL"]) as connection:
                        await connection.execute("select 1")
            except (OSError, psycopg.Error, TimeoutError):
                protocol.response_str(503, [("content-type", "text/plain"), ("retry-after", "2")], "database away\n")
                return
            protocol.response_str(200, [("content-type", "text/plain")], "ok\n")

    app = Health()

__all__ = ["app"]
