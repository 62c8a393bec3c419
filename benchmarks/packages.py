"""How long does the access package of a customer with very many events take, and in how much memory?

    python -m benchmarks.packages            100,000 events; QUICK=1: a tenth of it

Uses embedded servers of its own in a temporary folder, and makes the package once, as the worker does. Prints rows,
seconds, the volumes and pages of the PDF, the highest resident memory of the worker and that of its typesetters
(wanted: both under 400 MB, whatever the number of events) and, as the last line, JSON.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.intake import CHECKOUT, SCALE, manage, own_servers

EVENTS = int(100_000 * SCALE)
MADE = """
import json, resource, sys, time
import django
django.setup()
from django.conf import settings
settings.MEDIA_ROOT = sys.argv[2]
from django.db import connection, transaction
from campaigns import eventlog
from campaigns.models import Viewer
from privacy.enums import Channel, IdentityMethod, RequestKind, Step
from privacy.models import User
from privacy.rights.entering import Wish, enter
from privacy.rights.package import making
from privacy.rights.stepping import Said, link, take
from privacy.roles import Role
from records.models import Customer

officer = User.objects.create_user("officer@example.com", name="Officer")
officer.give_role(Role.PRIVACY_OFFICER)
customer = Customer.objects.create(number="C-1", name="Ada Requester")
viewer = Viewer.objects.create(key=customer.key, customer=customer)
with transaction.atomic(), connection.cursor() as cursor:
    eventlog.open_staging(cursor)
    cursor.execute(
        "INSERT INTO staged_event (viewer_id, occurred_at, id, kind, page, dwell_ms) SELECT %s, "
        "timestamptz '2026-03-01' + n * interval '20 seconds', gen_random_uuid(), 'view', n %% 40 + 1, n %% 60000 "
        "FROM generate_series(1, %s) AS n",
        [viewer.pk, int(sys.argv[1])],
    )
    eventlog.append(cursor)
asked = enter(Wish(RequestKind.ACCESS, "Ada Requester", "1 Way", "Dover", "DE", "19901"), Channel.FORM)
take(asked, Step.ACKNOWLEDGE, officer)
take(asked, Step.VERIFY, officer, Said(method=IdentityMethod.PASSPORT))
link(asked, customer.key, officer)
asked.refresh_from_db()
package = making.ask(asked, officer)
begun = time.perf_counter()
making.make(package.pk)
package.refresh_from_db()
peaks = [resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps({
    "state": package.state, "rows": package.rows_done, "seconds": time.perf_counter() - begun,
    "volumes": len(package.pages), "pages": sum(package.pages), "worker_mb": peaks[0], "typesetter_mb": peaks[1],
}))
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
        manage("migrate", "--verbosity", "0")
        command = [sys.executable, "-c", MADE, str(EVENTS), str(Path(folder) / "media")]
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
        done = subprocess.run(command, cwd=CHECKOUT, env=env, stdout=subprocess.PIPE, check=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    print(f"{found['rows']:,} rows in {found['seconds']:.0f} s, {found['volumes']} volumes, {found['pages']:,} pages")
    print(f"memory: worker {found['worker_mb']} MB, typesetter {found['typesetter_mb']} MB (wanted: under 400 MB each)")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
