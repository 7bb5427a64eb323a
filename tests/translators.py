"""Translation engines as servers on loopback: each takes what the real one takes, and answers as it is told."""

import base64
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.test import Client
from pytest_django import Settings


@dataclass
class Translators:
    """LibreTranslate at /translate and eTranslation at /askTranslate. `answer` comes instead of what they would say."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    answer: tuple[int, str] | None = None

    def start(self) -> None:
        translators = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                translators.asked.append(body)
                translators.signed_in.append(self.headers.get("Authorization", ""))
                status, content = translators.answer or (200, json.dumps(translators.told(self.path, body)))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                if status in (301, 302):
                    self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.send_header("Content-Length", str(len(content.encode())))
                self.end_headers()
                self.wfile.write(content.encode())

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def told(self, path: str, body: dict[str, Any]) -> object:
        if path == "/translate":
            return {"translatedText": f"[{body['source']}-{body['target']}] {body['q']}"}
        assert path == "/askTranslate"
        return {"requestId": len(self.asked)}

    def deliver(self, client: Client, **told: object) -> int:
        """Bring what was ordered last as eTranslation does; the status of the answer."""
        order = self.asked[-1]
        text = order.get("textToTranslate") or "a document"
        body = {"requestId": len(self.asked), "targetLanguage": "EN", "translatedText": f"[en] {text}"} | told
        return client.post(self.callback, body, content_type="application/json").status_code

    @property
    def callback(self) -> str:
        """The path of the address to which the last order is to be delivered."""
        return "/" + str(self.asked[-1]["deliveries"]["http"]).split("/", 3)[3]

    def document(self) -> str:
        """The text of the last order when it went as a document."""
        return base64.b64decode(self.asked[-1]["documentToTranslate"]["document"]["content"]).decode()

    def use(self, settings: Settings, engine: str) -> None:
        """Have the helpdesk translate here."""
        settings.TRANSLATION, settings.TRANSLATION_URL = engine, self.url
        settings.TRANSLATION_USER, settings.TRANSLATION_SECRET = "helpdesk", "v9Qm2xLr"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
