"""The access package: everything about a person, found by the declarations, and nothing of others."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from privacy.enums import PackageState
from privacy.rights.package import making
from tests.factories import make_customer
from tests.requesting import make_officer, make_request, verified

pytestmark = pytest.mark.django_db(transaction=True)
SCHEMA = json.loads((Path(making.__file__).parent / "package.schema.json").read_text())


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_a_package_holds_the_persons_own_record_in_the_notices_words() -> None:
    officer, customer = make_officer(), make_customer("C-77", email="ada@example.com", name="Ada Requester")
    request = verified(make_request(), officer, customer)
    package = making.ask(request, officer)
    making.make(package.pk)
    package.refresh_from_db()
    assert package.state == PackageState.READY
    told = json.loads((making.folder_of(package) / "package.json").read_text())
    jsonschema.validate(told, SCHEMA)
    first = told["categories"][0]
    values = {value["field"]: value["value"] for value in first["holdings"][0]["rows"][0]["values"]}
    assert values["email"] == "ada@example.com"
    assert len(told["categories"]) == 18
