"""How long do the results of a survey take with 100,000 submissions of ten questions, and their words to be searched?

    python -m benchmarks.surveys           100,000 submissions; QUICK=1: a tenth of it

Half of them are of customers, a tenth of whom handed in twice; one customer in a hundred is another record of the next.
Pages of results are asked for when nothing is counted, when all is, and when 1,000 more have been handed in since, 50
of them by whoever did before.

Uses embedded servers of its own in a temporary folder. Each page is asked for three times, and the shortest counts.
Prints a table and, as the last line, JSON.
"""

import json
import os
import tempfile
import time
from pathlib import Path

from benchmarks.intake import SCALE, database, manage, own_servers, timed

PEOPLE = int(100_000 * SCALE)
REPEATS = 3
FILL = """
INSERT INTO records_customer (id, key, number, name, email, phone, street, city, state, postal_code, job_title,
    created_at, job_description, level, location, relationship_end_reason, role, source)
SELECT n, gen_random_uuid(), 'C' || n, 'Customer ' || n, '', '', '', '', '', '', '', now(), '', '', 'headquarters', '',
    '', 'personnel' FROM generate_series(1, {people}) AS n;
UPDATE records_customer SET merged_into_id = id + 1 WHERE id % 100 = 1;
INSERT INTO records_survey (id, key, slug, name, kind, description, name_es, description_es, is_open, is_demo, source,
    location, created_at, first_wave_id)
SELECT n, gen_random_uuid(), 'wave-' || n, 'Wave ' || n, 'survey', '', '', '', true, false, 'personnel',
    'headquarters', now(), CASE WHEN n > 1 THEN 1 END FROM generate_series(1, 2) AS n;
INSERT INTO records_question (id, key, survey_id, number, text, kind, element, choices, text_es, choices_es,
    starts_page, is_required, asked_after_answers, first_asked_id)
SELECT (survey - 1) * 10 + n, gen_random_uuid(), survey, n, 'Question ' || n,
    (ARRAY['rating', 'scale', 'promoter', 'choice', 'several', 'rating', 'scale', 'choice', 'text', 'text'])[n],
    'c09-habits', CASE WHEN n IN (4, 5, 8) THEN '["A", "B", "C", "D"]'::jsonb ELSE '[]'::jsonb END, '', '[]', false,
    false, '[]', CASE WHEN survey > 1 THEN n END
FROM generate_series(1, 2) AS survey, generate_series(1, 10) AS n;
INSERT INTO records_submission (id, key, survey_id, customer_id, number, submitted_at, retention_rule, source, location,
    created_at)
SELECT n, gen_random_uuid(), CASE WHEN n <= {people} * 9 / 10 THEN 1 ELSE 2 END,
    CASE WHEN n <= {people} / 2 THEN 1 + ((n - n / 11) * 7919::bigint) % {people} END, 's' || n,
    now() - n * interval '1 s', 'RET-7', 'customer', 'headquarters', now()
FROM generate_series(1, {people}) AS n;
{answers}
ANALYZE;
"""
ANSWER = """
INSERT INTO records_answer (key, submission_id, question_id, text, number)
SELECT gen_random_uuid(), submission.id, question.id,
    CASE question.kind WHEN 'choice' THEN substr('ABCD', 1 + submission.id::int % 4, 1)
        WHEN 'several' THEN CASE WHEN submission.id % 3 = 0 THEN 'A; C' ELSE 'B' END
        WHEN 'text' THEN md5(submission.id::text) || ' the parcel came ' || md5(question.id::text) ELSE '' END,
    CASE WHEN question.kind IN ('rating', 'scale', 'promoter') THEN 1 + submission.id % 5 END
FROM records_submission AS submission JOIN records_question AS question ON question.survey_id = submission.survey_id
WHERE submission.id > {after} ORDER BY submission.id, question.id;
"""
MORE = """
INSERT INTO records_submission (id, key, survey_id, customer_id, number, submitted_at, retention_rule, source, location,
    created_at)
SELECT {people} + n, gen_random_uuid(), 1,
    CASE WHEN n % 2 = 0 THEN 1 + (CASE WHEN n % 20 = 0 THEN n ELSE {people} / 2 + n END * 7919::bigint) % {people} END,
    'more' || n, now(), 'RET-7', 'customer', 'headquarters', now()
FROM generate_series(1, 1000) AS n;
{answers}
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
        manage("migrate", "--verbosity", "0")
        with database() as cursor:
            cursor.execute(FILL.format(people=PEOPLE, answers=ANSWER.format(after=0)))
        found = measure()
    for page, seconds in found.items():
        print(f"{page:<40}{seconds:>8.3f} s")
    print(json.dumps({"submissions": PEOPLE, "seconds": found}))


def measure() -> dict[str, float]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["LOG_LEVEL"] = "ERROR"
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    from privacy.models import User
    from privacy.roles import Role
    from records import tallying
    from records.models import Survey

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.ALLOWED_HOSTS = ["testserver"]
    user = User.objects.create_user("mary@example.com", None, name="Mary")
    user.give_role(Role.MARKETING_MANAGER)
    client = Client()
    client.force_login(user)
    survey = Survey.objects.get(pk=1)
    keys = dict(survey.questions.values_list("number", "key"))
    results = {
        "results with pictures": f"/surveys/{survey.key}/results/",
        "two questions crossed": f"/surveys/{survey.key}/results/?down={keys[4]}&across={keys[5]}",
        "the survey's own page": f"/records/surveys/{survey.key}/",
    }
    others = {
        "list of answers": "/survey-answers/",
        "words searched": f"/survey-answers/?survey={survey.key}&question={keys[9]}&search=abc",
        "a page as a customer": "/survey/wave-1/",
    }
    Survey.objects.update(published_at="2026-01-01T00:00:00Z", most_answers=10 * PEOPLE)
    found = {f"{name}, nothing counted": shortest(client, page) for name, page in results.items()}
    found["counting all"] = timed(tallying.fold_all)
    found |= {name: shortest(client, page) for name, page in (results | others).items()}
    with database() as cursor:
        cursor.execute(MORE.format(people=PEOPLE, answers=ANSWER.format(after=PEOPLE)))
    return found | {f"{name}, 1,000 more": shortest(client, page) for name, page in results.items()}


def shortest(client: object, page: str) -> float:
    return min(seconds(client, page) for _ in range(REPEATS))


def seconds(client: object, page: str) -> float:
    begun = time.perf_counter()
    answer = client.get(page)  # type: ignore[attr-defined]
    took = time.perf_counter() - begun
    if answer.status_code != 200:
        raise SystemExit(f"{page} answered {answer.status_code}")
    return took


if __name__ == "__main__":
    main()
