"""How fast is the CSV of a list, against a bare COPY of the same query, and in how much memory?

    python -m benchmarks.exports             5,000,000 customers; QUICK=1: a tenth of it

Uses embedded servers of its own in a temporary folder. Each is measured three times in a process of its own, and the
best counts. Prints both rates, their ratio (wanted: at least 0.5) and the highest resident memory (wanted: under
200 MB) and, as the last line, JSON.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.intake import SCALE, database, manage, own_servers

ROWS = int(5_000_000 * SCALE)
REPEATS = 3
FILL = """
INSERT INTO privacy_user (id, email, name, password, is_active, is_staff, is_superuser, is_demo, time_zone, date_joined)
VALUES (1001, 'officer@example.com', 'Officer', '!', true, false, false, false, 'UTC', now());
INSERT INTO privacy_user_groups (user_id, group_id) SELECT 1001, id FROM auth_group WHERE name = 'privacy officer';
INSERT INTO records_customer (key, number, name, email, phone, street, city, state, postal_code, job_title,
    job_description, role, level, relationship_end_reason, source, location, created_at)
SELECT gen_random_uuid(), 'C' || n, 'Somebody ' || n, '', '', '', '', '', '', '', '', '', '', '', 'personnel',
    'headquarters', now()
FROM generate_series(1, {rows}) AS n;
ANALYZE;
"""
# What an export does, or what it is measured against; prints rows, seconds and the peak of memory in kilobytes.
MEASURED = """
import json, resource, sys, time
import django
django.setup()
from django.db import connection
from django.http import HttpRequest, QueryDict
from analytics.exports.copying import bare_statement
from analytics.exports.writing import Wish, write_file
from analytics.lists import CUSTOMERS
from privacy.enums import Duty
from privacy.models import User
from privacy.purposes import Basis

class Sink:
    rows = 0
    def write(self, row):
        self.rows += 1
        file.write(row)

user, file, sink = User.objects.get(), open(sys.argv[2], "wb"), Sink()
begun = time.perf_counter()
if sys.argv[1] == "bare":
    request = HttpRequest()
    request.user, request.GET = user, QueryDict("")
    with connection.cursor() as cursor:
        cursor.copy_expert(bare_statement(CUSTOMERS.chosen(request)), sink)
    rows = sink.rows
else:
    rows = write_file(Wish(user, "customers", "", "csv", Basis(duty=Duty.ACCESS)), file).rows
print(json.dumps([rows, time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
        manage("migrate", "--verbosity", "0")
        with database() as cursor:
            cursor.execute(FILL.format(rows=ROWS))
        bare, export = (measured(how, Path(folder) / "out.csv") for how in ("bare", "export"))
    ratio = bare["seconds"] / export["seconds"]
    for name, found in (("bare COPY of the query", bare), ("CSV of the list", export)):
        rate = found["rows"] / found["seconds"]
        print(
            f"{name:<24} {found['rows']:>10,} rows {found['seconds']:>7.1f} s {rate:>10,.0f}/s {found['peak_mb']:>5} MB"
        )
    print(f"ratio {ratio:.2f} (wanted: at least 0.5)")
    print(json.dumps({"bare": bare, "export": export, "ratio": ratio}))


def measured(how: str, path: Path) -> dict[str, float]:
    """The best of REPEATS runs, each in a process of its own."""
    runs = [_run(how, path) for _ in range(REPEATS)]
    rows, seconds, _ = min(runs, key=lambda run: run[1])
    assert rows == ROWS
    return {"rows": rows, "seconds": seconds, "peak_mb": max(run[2] for run in runs) // 1024}


def _run(how: str, path: Path) -> list[float]:
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", MEASURED, how, str(path)]
    done = subprocess.run(command, env={**os.environ, **settings}, stdout=subprocess.PIPE, check=True, text=True)
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
