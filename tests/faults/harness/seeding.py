"""Some shares and the key of a program, in an installation that is migrated: `python -m tests.faults.harness.seeding`.

Prints them as JSON. The rules for what comes in stay those of the program: nothing is written past them.
"""

import json
import os
import sys

import django

SHARES = 6


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    from config import embedded

    embedded.attach()
    django.setup()
    from privacy.models import User
    from privacy.roles import Role
    from tests.api import make_key
    from tests.campaigns.viewing import make_document, share_with
    from tests.events import make_campaign
    from tests.factories import make_customer

    make_campaign()
    owner = User.objects.create_user("programs@example.com", None, name="Programs")
    owner.give_role(Role.MARKETING_MANAGER)
    guide = make_document("guide", pages=3)
    shares = [share_with(make_customer(f"C-{number}"), guide) for number in range(SHARES)]
    at = max(share.shared_at for share in shares).isoformat()
    told = {
        "shares": [str(share.key) for share in shares],
        "shared_at": at,
        "key": make_key(owner, "events:write").text,
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
