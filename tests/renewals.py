"""A page that somebody has open, and its renewals as the browser asks for them."""

import re
from typing import Any

from django.test import Client


class Opened:
    """A page as it was opened: its mark and version follow each renewal."""

    def __init__(self, client: Client, address: str) -> None:
        self.client, self.address = client, address
        self.page = client.get(address).content.decode()
        found = re.search(r'<div class="renewal".*?data-mark="([^"]+)" data-version="&quot;([^"]+)&quot;"', self.page)
        assert found, f"{address} does not renew itself"
        self.mark, self.version = found[1], f'"{found[2]}"'

    def renew(self, **headers: str) -> Any:
        asked = {"X-Renew": self.mark, "X-By-Itself": "1", "If-None-Match": self.version, "HX-Request": "true"}
        answer = self.client.get(self.address, headers={**asked, **headers})
        if answer.status_code == 200:
            self.mark, self.version = answer["X-Renew"], answer["ETag"]
        return answer
