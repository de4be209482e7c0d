"""A small S3-compatible service on this machine: one bucket in memory, asked by signed requests alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any
from xml.sax.saxutils import escape, unescape

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from app.config import Bucket

KEY_ID = "test-key"


@dataclass
class Service:
    """What it holds, and what it was asked."""

    held: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        request = Request(environ)
        self.asked.append(f"{request.method} {request.path}")
        return self.answer(request)(environ, start)

    def answer(self, request: Request) -> Response:
        if f"Credential={KEY_ID}/" not in request.headers.get("Authorization", ""):
            return Response("<Error><Code>AccessDenied</Code></Error>", 403)
        bucket, _, key = request.path.lstrip("/").partition("/")
        if bucket != "proofs":
            return Response("<Error><Code>NoSuchBucket</Code></Error>", 404)
        if request.method == "PUT":
            self.held[key] = request.get_data()
            return Response("", 200, {"ETag": f'"{hashlib.md5(self.held[key]).hexdigest()}"'})
        if request.method == "POST" and "delete" in request.args:
            gone = re.findall(r"<Key>(.*?)</Key>", request.get_data(as_text=True))
            for found in gone:
                self.held.pop(unescape(found), None)
            told = "".join(f"<Deleted><Key>{found}</Key></Deleted>" for found in gone)
            return Response(f"<DeleteResult>{told}</DeleteResult>", mimetype="application/xml")
        if not key:
            return self.listing(request.args.get("prefix", ""))
        if key not in self.held:
            return Response("<Error><Code>NoSuchKey</Code></Error>", 404)
        modified = {"Last-Modified": "Thu, 05 Mar 2026 01:00:00 GMT", "ETag": '"x"'}
        return Response(self.held[key], 200, modified)

    def listing(self, prefix: str) -> Response:
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>2026-03-05T01:00:00.000Z</LastModified>"
            f'<ETag>"x"</ETag><Size>{len(data)}</Size></Contents>'
            for key, data in sorted(self.held.items())
            if key.startswith(prefix)
        )
        listed = f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
        return Response(f'<?xml version="1.0"?>{listed}', mimetype="application/xml")


@contextmanager
def bucket_service() -> Iterator[tuple[Service, Bucket]]:
    """The service and the settings that lead to it."""
    service = Service()
    server = make_server("127.0.0.1", 0, service, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield (
            service,
            Bucket(
                bucket="proofs", prefix="lakeside/evidence", endpoint=f"http://127.0.0.1:{server.server_port}",
                region="local", key_id=KEY_ID, secret="test-secret",
            ),
        )  # fmt: skip
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
