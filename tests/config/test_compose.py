"""docker-compose.yml, the image and the systemd units, held against the code as far as no Docker engine is needed."""

import configparser
import fnmatch
import json
import os
import re
import secrets
import shlex
import subprocess
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.urls import resolve, reverse

from campaigns.collecting.bodies import BYTES_OF_A_PROGRAM
from config import certificates, health
from config.doctor.servers import OLDEST_POSTGRESQL, OLDEST_REDIS
from records.views.uploads import FORM_BYTES
from tests.config.test_docs import not_understood, required_settings, variables_read
from tests.config.test_settings import PRODUCTION

CHECKOUT = Path(__file__).parents[2]
TEXT = (CHECKOUT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
LASTING = ["proxy", "web", "worker", "fold", "beat", "database", "redis"]
ONCE = ["migrate", "certificates"]
OURS = ["web", "worker", "fold", "beat", "migrate"]
ROLES = (CHECKOUT / "deploy/database/roles.sql").read_text()

# What somebody may write into .env.
REQUIRED = {
    "WAYMARK_HOST": "waymark.example.gov",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "VAULT_KEYS": PRODUCTION["VAULT_KEYS"],
    "LEDGER_KEYS": PRODUCTION["LEDGER_KEYS"],
    "DATABASE_PASSWORD": secrets.token_hex(32),
    "REDIS_PASSWORD": secrets.token_hex(32),
    "EMAIL_URL": "smtp+tls://waymark:secret@mail.example.gov:587",
    "DEFAULT_FROM_EMAIL": "waymark@example.gov",
}
OPTIONAL = {
    "VAULT_URL": "sqlite:////var/lib/waymark-vault/keys.sqlite",
    "LEDGER_FOLDER": "/mnt/checkpoints",
    "PUBLIC_URL": "https://share.example.gov",
    "AGENCY_TIME_ZONE": "America/Chicago",
    "PHONE_REGION": "CA",
    "SESSION_IDLE_SECONDS": "900",
    "SESSION_ABSOLUTE_SECONDS": "28800",
    "MEETING_WEBHOOK_SECRET": "what the service signs with",
    "MEETING_WEBHOOK_MAX_SKEW_SECONDS": "600",
    "MEETING_WEBHOOK_MAX_BYTES": "131072",
    "PAYMENT_PROVIDER": "sandbox",
    "PAYMENT_URL": "https://pay.example.gov",
    "PAYMENT_KEY": "what the provider knows us by",
    "PAYMENT_WEBHOOK_SECRET": "whsec_d2hhdCB0aGUgcHJvdmlkZXIgc2lnbnMgd2l0aA==",
    "PAYMENT_HOLD_MINUTES": "30",
    "PAYMENT_WAITING_HOURS": "12",
    "MEDIA_MAX_BYTES": "1073741824",
    "IMPORT_MAX_BYTES": "536870912",
    "MATERIAL_MAX_BYTES": "52428800",
    "MATERIALS_S3_URL": "https://key:secret@s3.example.gov/materials?region=us-east-1",
    "MAIL_RETURN_ADDRESS": "returns@example.gov",
    "MAIL_WEBHOOK_SECRET": "what the mail service signs with",
    "INTERNAL_NETWORKS": "10.20.0.0/16,2001:db8::/32",
    "API_REQUESTS_PER_MINUTE": "1200",
    "COLLECTOR_EVENTS_PER_MINUTE": "60000",
    "FRESH_WITHIN_SECONDS": "60",
    "WEBHOOK_PRIVATE": "true",
    "ALLOW_PLAINTEXT_SERVERS": "false",
    "LOG_LEVEL": "WARNING",
}


def test_services_are_those_of_an_installation() -> None:
    assert sorted(SERVICES) == sorted(LASTING + ONCE)


# Start, health, stop -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", LASTING)
def test_lasting_service_is_watched_and_started_again(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"].keys() == {"test", "interval", "timeout", "retries", "start_period"}
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}


@pytest.mark.parametrize("name", ONCE)
def test_service_that_runs_once_is_not_started_again(name: str) -> None:
    assert SERVICES[name]["restart"] == "no"


def test_who_needs_a_service_waits_until_it_is_healthy_or_done() -> None:
    waits = {
        (name, needed): wait["condition"]
        for name, service in SERVICES.items()
        for needed, wait in service.get("depends_on", {}).items()
    }
    done, healthy = "service_completed_successfully", "service_healthy"
    assert waits == {
        ("database", "certificates"): done,
        ("redis", "certificates"): done,
        ("migrate", "database"): healthy,
        ("migrate", "redis"): healthy,
        ("web", "migrate"): done,
        ("worker", "migrate"): done,
        ("fold", "migrate"): done,
        ("beat", "migrate"): done,
        ("proxy", "web"): healthy,
    }


def test_beat_is_one() -> None:
    assert SERVICES["beat"]["deploy"]["replicas"] == 1
    assert [name for name in SERVICES if "deploy" in SERVICES[name]] == ["beat"]


# Volumes, networks, files --------------------------------------------------------------------------------------------
def mounts(name: str) -> dict[str, str]:
    """Where in the container which volume or file is."""
    return {place: what for what, place, *_ in (mount.split(":") for mount in SERVICES[name].get("volumes", []))}


def test_volumes_and_networks_are_declared_and_used() -> None:
    used = {what for name in SERVICES for what in mounts(name).values() if not what.startswith(("./", "/"))}
    assert used == COMPOSE["volumes"].keys()
    assert {net for service in SERVICES.values() for net in service.get("networks", [])} == COMPOSE["networks"].keys()


def test_mounted_files_exist_and_cannot_be_changed_from_inside() -> None:
    volumes = [volume for service in SERVICES.values() for volume in service.get("volumes", [])]
    mounted = [volume for volume in volumes if volume.startswith((".", "/"))]
    assert len(mounted) == 5
    assert [mount for mount in mounted if not mount.startswith("./deploy/") or not mount.endswith(":ro")] == []
    assert [mount for mount in mounted if not (CHECKOUT / mount.split(":")[0]).is_file()] == []
    assert (CHECKOUT / ".env.example").is_file()


def test_postgresql_keeps_its_data_where_its_image_does_since_18() -> None:
    assert mounts("database")["/var/lib/postgresql"] == "database"


def test_only_the_proxy_can_be_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert [name for name, net in COMPOSE["networks"].items() if (net or {}).get("internal")] == ["servers"]
    inside = [name for name, service in SERVICES.items() if service.get("networks") == ["servers"]]
    assert sorted(inside) == ["beat", "database", "fold", "migrate", "redis"]
    assert SERVICES["certificates"]["network_mode"] == "none"


def test_proxy_passes_on_to_web() -> None:
    caddyfile = (CHECKOUT / "deploy/Caddyfile").read_text()
    assert re.findall(r"reverse_proxy (\S+)", caddyfile) == [f"web:{environment_of_image()['PORT']}"]
    assert SERVICES["proxy"]["networks"] == ["edge"]
    assert "edge" in SERVICES["web"]["networks"]
    assert set(re.findall(r"\{\$(\w+)\}", caddyfile)) == SERVICES["proxy"]["environment"].keys()


# Where a form takes a file, by the modules that say where such a file goes.
KEY, SLUG = "123e4567-e89b-12d3-a456-426614174000", "rate-card"
TAKE_FILES: dict[str, list[tuple[str, list[str]]]] = {
    "campaigns/api/materials.py": [("api_materials", []), ("api_material_versions", [SLUG])],
    "campaigns/views/material_files.py": [("material_new", []), ("version_new", [SLUG])],
    "records/api/imports.py": [("api_imports", [])],
    "records/views/media.py": [("media_new", [KEY])],
    "records/views/research_files.py": [("session_file_new", [KEY]), ("participant_file_new", [KEY])],
    "records/views/uploads.py": [("import_new", [])],
}


def in_caddyfile(pattern: str) -> list[str]:
    return re.findall(pattern, (CHECKOUT / "deploy/Caddyfile").read_text())


def bytes_of(size: str) -> int:
    """As the proxy reads it: `9MB` are 9,000,000."""
    return int(size.removesuffix("MB")) * 1_000_000


def test_proxy_passes_files_on_of_any_size_that_is_taken() -> None:
    modules = [
        path for app in ("analytics", "campaigns", "privacy", "records") for path in CHECKOUT.glob(f"{app}/**/*.py")
    ]
    counts = {str(path.relative_to(CHECKOUT)): path.read_text().count("upload_handlers = [") for path in modules}
    assert {path for path, count in counts.items() if count} == TAKE_FILES.keys()
    assert [path for path, routes in TAKE_FILES.items() if counts[path] > len(routes)] == []
    (files,), (others,) = in_caddyfile(r"@files path (.+)"), in_caddyfile(r"@others not path (.+)")
    assert files == others
    addresses = [reverse(name, args=args) for routes in TAKE_FILES.values() for name, args in routes]
    assert [one for one in addresses if not any(fnmatch.fnmatchcase(one, path) for path in files.split())] == []
    assert [path for path in files.split() if not fnmatch.filter(addresses, path)] == []
    (most,) = in_caddyfile(r"request_body @files \{\s+max_size (\w+)")
    longest = max(settings.IMPORT_MAX_BYTES, settings.MATERIAL_MAX_BYTES, settings.MEDIA_MAX_BYTES)
    assert bytes_of(most) > longest + FORM_BYTES


def test_proxy_has_the_whole_of_whatever_is_no_file_before_it_passes_it_on() -> None:
    (most,) = in_caddyfile(r"request_body @others \{\s+max_size (\w+)")
    (buffered,) = in_caddyfile(r"request_buffers (\w+)")
    assert bytes_of(buffered) >= bytes_of(most) > BYTES_OF_A_PROGRAM


# Variables -----------------------------------------------------------------------------------------------------------
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::([?-])([^}]*))?\}")


def render(text: str, given: dict[str, str]) -> str:
    """What Docker makes of a text of docker-compose.yml, `given` the variables of .env."""
    assert {found[1] for found in VARIABLE.finditer(text) if found[2] != "-"} <= given.keys()
    return VARIABLE.sub(lambda found: given.get(found[1]) or found[3] or "", text).replace("$$", "$")


def environment(name: str, given: dict[str, str]) -> dict[str, str]:
    return {key: render(value, given) for key, value in SERVICES[name]["environment"].items()}


def test_variables_are_those_of_the_example_and_have_no_value_there() -> None:
    required, _, optional = (CHECKOUT / ".env.example").read_text().partition("# What follows may stay as it is.")
    assert re.findall(r"^(\w+)=(.*)$", required, re.MULTILINE) == [(name, "") for name in REQUIRED]
    assert re.findall(r"^(\w+)=(.*)$", optional, re.MULTILINE) == [(name, "") for name in OPTIONAL]

    asked = [(found[1], found[2]) for found in VARIABLE.finditer(TEXT)]
    assert {name for name, _ in asked} == REQUIRED.keys() | OPTIONAL.keys()
    assert {name for name, kind in asked if kind == "?"} == REQUIRED.keys()
    assert {name for name, kind in asked if kind == "-"} == OPTIONAL.keys()


def test_what_is_passed_to_waymark_is_read_and_enough() -> None:
    passed = COMPOSE["x-waymark"]["environment"].keys()
    assert passed - variables_read() == set()
    assert (required_settings() | PRODUCTION.keys()) - passed == set()
    assert [name for name in OURS if SERVICES[name]["environment"].keys() != passed] == []


@pytest.mark.parametrize("given", [REQUIRED, REQUIRED | OPTIONAL], ids=["required", "all"])
def test_environment_of_web_is_safe_for_production(given: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "WAYMARK_VAR": str(tmp_path), **environment("web", given)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "System check identified no issues (0 silenced).\n"


@pytest.mark.parametrize(
    ("variable", "host", "password"),
    [("DATABASE_URL", "database", "DATABASE_PASSWORD"), ("REDIS_URL", "redis", "REDIS_PASSWORD")],
)
def test_server_is_asked_under_the_name_of_its_certificate(variable: str, host: str, password: str) -> None:
    url = urlsplit(environment("web", REQUIRED)[variable])
    assert (url.hostname, url.password) == (host, REQUIRED[password])
    assert host in certificates.OWNERS
    assert SERVICES[host]["environment"][password] == f"${{{password}:?set it in .env}}"
    assert [name for name in OURS if "servers" not in SERVICES[name]["networks"]] == []
    assert SERVICES[host]["networks"] == ["servers"]


# Commands ------------------------------------------------------------------------------------------------------------
def commands(name: str) -> list[list[str]]:
    """What a service runs, its health check too, each command as its words."""
    found = [SERVICES[name].get("command", []), SERVICES[name].get("healthcheck", {}).get("test", [])]
    return [words for command in found for words in _unwrapped(command)]


def _unwrapped(command: list[str]) -> list[list[str]]:
    match command:
        case ["CMD-SHELL", line] | ["sh", "-c", line]:
            return [shlex.split(part) for part in render(line, {}).split("&&")]
        case ["CMD", *words] | [*words]:
            return [words] if words else []


def refused(words: list[str]) -> str:
    """What stands against a command of the image; empty where it names what exists and its options are understood."""
    match words:
        case ["python", "manage.py", *arguments]:
            return not_understood(arguments)
        case ["python", "-m", module, *_]:
            return "" if find_spec(module) else f"there is no module {module}"
        case ["celery" | "granian" as program, *arguments]:
            # The options are read before the help is shown, and --app is loaded.
            command = [sys.executable, "-m", program, *arguments, "--help"]
            done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False)
            return done.stderr
    return f"there is no program {words[0]}"


def test_commands_that_are_looked_at_are_all_there_are() -> None:
    firsts = {name: [" ".join(words[:3]) for words in commands(name)] for name in [*OURS, "certificates"]}
    assert firsts == {
        "web": ["python -m config.probe"],
        "worker": ["celery --app config.celery", "celery --app config.celery"],
        "fold": ["celery --app config.celery", "celery --app config.celery"],
        "beat": ["celery --app config.celery", "python manage.py doctor"],
        "migrate": ["python manage.py check", "python manage.py migrate"],
        "certificates": ["python -m config.certificates"],
    }


@pytest.mark.parametrize("name", [*OURS, "certificates"])
def test_commands_of_service_name_what_exists(name: str) -> None:
    assert {" ".join(words): said for words in commands(name) if (said := refused(words))} == {}


def test_migrate_refuses_what_is_unsafe_before_it_changes_anything() -> None:
    check, migrate = commands("migrate")
    assert check[2:] == ["check", "--deploy", "--fail-level", "WARNING"]
    assert migrate[2:] == ["migrate", "--noinput"]
    assert SERVICES["migrate"]["command"][2].count("&&") == 1


def test_each_process_is_asked_by_what_answers_for_it() -> None:
    assert resolve(commands("web")[0][-1]).func is health.healthz
    for name, node in (("worker", "celery"), ("fold", "fold")):
        assert commands(name)[1][-3:] == ["--destination", f"{node}@$HOSTNAME", "ping"]  # itself, not another worker
    assert commands("beat")[1] == ["python", "manage.py", "doctor", "beat"]


# PostgreSQL, Redis, certificates -------------------------------------------------------------------------------------
def version(name: str) -> tuple[int, ...]:
    """Of a service's image, which must be given to the last digit."""
    _, _, tag = SERVICES[name]["image"].partition(":")
    assert re.fullmatch(r"\d+(\.\d+)+", tag)
    return tuple(map(int, tag.split(".")))


def test_images_are_new_enough_and_fixed() -> None:
    assert version("database")[0] >= OLDEST_POSTGRESQL >= 18
    assert version("redis")[0] >= OLDEST_REDIS >= 7
    assert len(version("proxy")) == 3


def test_databases_collation_is_the_builtin_one() -> None:
    assert SERVICES["database"]["environment"]["POSTGRES_INITDB_ARGS"].split() == [
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
    ]
    wanted = "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
    (made,) = re.findall(r"CREATE DATABASE (\w+) OWNER (\w+)\s+(.+);", ROLES)
    url = urlsplit(environment("web", REQUIRED)["DATABASE_URL"])
    assert made == (url.path.strip("/"), url.username, wanted)


def server_settings() -> dict[str, str]:
    words = shlex.split(SERVICES["database"]["command"])
    assert words[0] == "postgres"
    assert words[1::2] == ["-c"] * (len(words) // 2)
    return dict(word.split("=", 1) for word in words[2::2])


def is_known(setting: str) -> bool:
    """Whether PostgreSQL has such a setting; some it has are not for the program to see."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting(%s, true) IS NOT NULL", [setting])
            return bool(cursor.fetchone()[0])
    except ProgrammingError as problem:
        return "permission denied to examine" in str(problem)


@pytest.mark.django_db
def test_postgresql_knows_its_settings_and_writes_no_statement_down() -> None:
    given = server_settings()
    assert [setting for setting in given if not is_known(setting)] == []
    quiet = {"ssl": "on", "log_min_error_statement": "panic", "log_error_verbosity": "terse"}
    assert quiet.items() <= given.items()
    assert given["hba_file"] in mounts("database")


def test_postgresql_lets_only_the_program_in_over_tls() -> None:
    lines = (CHECKOUT / "deploy/database/pg_hba.conf").read_text().splitlines()
    assert [line.split() for line in lines if not line.startswith("#")] == [
        ["local", "all", "postgres", "peer"],
        ["hostssl", "waymark", "waymark", "all", "scram-sha-256"],
    ]


def test_redis_keeps_waiting_tasks_and_speaks_tls_only() -> None:
    start = (CHECKOUT / "deploy/redis/start.sh").read_text()
    assert re.findall(r"--(port|tls-port|appendonly|maxmemory-policy) (\w+)", start) == [
        ("port", "0"),
        ("tls-port", str(urlsplit(environment("web", REQUIRED)["REDIS_URL"]).port)),
        ("appendonly", "yes"),
        ("maxmemory-policy", "noeviction"),
    ]
    assert SERVICES["redis"]["command"][-1] in mounts("redis")


def test_scripts_of_the_servers_are_mounted_where_they_are_named() -> None:
    init = (CHECKOUT / "deploy/database/init.sh").read_text()
    assert re.findall(r"--file=(\S+)", init) == [place for place in mounts("database") if place.endswith("roles.sql")]
    assert "/docker-entrypoint-initdb.d/10-waymark.sh" in mounts("database")


@pytest.mark.parametrize("name", ["web", "database", "redis"])
def test_certificates_that_a_service_names_are_made_where_it_looks(name: str, tmp_path: Path) -> None:
    made_in = {volume: place for place, volume in mounts("certificates").items()}
    certificates.make(tmp_path)
    script = (CHECKOUT / "deploy/redis/start.sh").read_text() if name == "redis" else ""

    named = set(re.findall(r"(/(?:authority|certificates))/([\w.]+)", f"{json.dumps(SERVICES[name])}{script}"))
    files = [Path(made_in[mounts(name)[folder]]) / file for folder, file in sorted(named)]

    root = commands("certificates")[0][-1]
    expected = {"web": 1, "database": 2, "redis": 3}
    assert len(files) == expected[name]
    assert [file for file in files if not (tmp_path / file.relative_to(root)).is_file()] == []


def test_keys_belong_to_the_user_that_redis_runs_as() -> None:
    assert SERVICES["redis"]["user"] == f"{certificates.OWNERS['redis']}:{certificates.OWNERS['redis']}"


# The image -----------------------------------------------------------------------------------------------------------
def instructions() -> list[tuple[str, str]]:
    """Name and rest of each instruction of the Dockerfile, continued lines joined."""
    lines = (CHECKOUT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines) if name.isupper()]


def copied() -> dict[str, list[str]]:
    """What is copied from the checkout, by the stage of the Dockerfile."""
    stages: dict[str, list[str]] = {}
    for name, rest in instructions():
        if name == "FROM":
            stages[rest.split()[-1]] = current = []
        if name == "COPY" and not rest.startswith("--from"):
            current += rest.split()[:-1]
    return stages


def environment_of_image() -> dict[str, str]:
    found = [rest for name, rest in instructions() if name == "ENV"]
    return dict(word.split("=", 1) for rest in found for word in rest.split())


def let_in(path: str) -> bool:
    """Whether .dockerignore lets it into the build: the last line that matches it, or a folder above it, decides."""
    verdict = True
    above = [path, *(str(parent) for parent in Path(path).parents)]
    for line in (CHECKOUT / ".dockerignore").read_text().splitlines():
        if not line.startswith("#") and any(fnmatch.fnmatch(name, line.lstrip("!")) for name in above if name != "."):
            verdict = line.startswith("!")
    return verdict


def test_dockerfile_copies_what_exists_and_is_let_in() -> None:
    sources = [source for stage in copied().values() for source in stage]
    assert len(sources) >= 14
    assert [source for source in sources if not (CHECKOUT / source).exists()] == []
    assert [source for source in sources if not let_in(source)] == []
    assert [secret for secret in (".env", ".git", "var", "static/vendor", "config/x.pyc") if let_in(secret)] == []


def test_image_holds_every_package_and_the_folders_of_the_settings() -> None:
    packages = {path.parent.name for path in CHECKOUT.glob("*/__init__.py")}
    templates: Any = settings.TEMPLATES[0]["DIRS"]
    folders = {str(Path(folder).relative_to(CHECKOUT)) for folder in (*templates, *settings.STATICFILES_DIRS)}
    wanted = packages | folders | {"manage.py"}
    assert wanted - set(copied()["code"]) == set()
    assert packages >= {"config", "analytics", "campaigns", "records", "privacy"}


def test_image_runs_as_nobody_and_writes_to_its_two_volumes() -> None:
    image = environment_of_image()
    vault = "/var/lib/waymark-vault"
    assert [rest for name, rest in instructions() if name == "USER"] == ["waymark"]
    assert [rest.split() for name, rest in instructions() if name == "VOLUME"] == [[image["WAYMARK_VAR"], vault]]
    assert [mounts(name)[image["WAYMARK_VAR"]] for name in OURS] == ["files"] * len(OURS)
    assert [mounts(name)[vault] for name in OURS] == ["vault"] * len(OURS)
    ours = {name for name in image if not name.startswith(("PYTHON", "PIP_", "PATH"))}
    assert ours == {"WAYMARK_VAR", "STATIC_ROOT", "PORT", "VAULT_URL"}
    assert ours <= variables_read()


@pytest.mark.slow
def test_style_sheets_are_collected_without_servers_as_in_the_image(tmp_path: Path) -> None:
    (line,) = [rest for name, rest in instructions() if name == "RUN" and "collectstatic" in rest]
    words = shlex.split(line)
    given = dict(word.split("=", 1) for word in words[: words.index("python")])
    done = subprocess.run(
        [sys.executable, *words[words.index("python") + 1 :]],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], **given, "STATIC_ROOT": str(tmp_path / "s"), "WAYMARK_VAR": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert given["STATIC_ROOT"] == environment_of_image()["STATIC_ROOT"]
    assert (tmp_path / "s" / "staticfiles.json").is_file()


def web_command() -> list[str]:
    (command,) = (rest for name, rest in instructions() if name == "CMD")
    return list(map(str, json.loads(command)))


def test_image_serves_web() -> None:
    command = web_command()
    assert refused(command) == ""
    module, _, name = command[-1].partition(":")
    spec = find_spec(module)
    assert spec
    assert spec.origin
    assert re.search(rf"^(def {name}\(|{name} = )", Path(spec.origin).read_text(), re.MULTILINE)
    assert command[command.index("--port") + 1] == environment_of_image()["PORT"]


# systemd -------------------------------------------------------------------------------------------------------------
# What differs between a container and a machine.
ON_A_MACHINE = {"0.0.0.0": "127.0.0.1", "/tmp/beat": "/var/lib/waymark/beat"}  # noqa: S104, S108


def unit(name: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string((CHECKOUT / f"deploy/systemd/waymark-{name}.service").read_text())
    return parser["Service"]


@pytest.mark.parametrize("name", ["web", "worker", "fold", "beat"])
def test_unit_runs_the_command_of_the_container(name: str) -> None:
    program, *arguments = shlex.split(unit(name)["ExecStart"].replace("%%", "%"))  # as systemd reads it
    wanted = web_command() if name == "web" else SERVICES[name]["command"]

    folder, _, called = program.rpartition("/")
    assert folder == "/srv/waymark/.venv/bin"
    assert (Path(sysconfig.get_path("scripts")) / called).is_file()
    assert [called, *arguments] == [ON_A_MACHINE.get(word, word) for word in wanted]


@pytest.mark.parametrize("name", ["web", "worker", "fold", "beat"])
def test_unit_is_started_again_and_may_write_only_where_it_should(name: str) -> None:
    wanted = {
        "user": "waymark",
        "workingdirectory": "/srv/waymark",
        "environmentfile": "/etc/waymark.env",
        "statedirectory": "waymark waymark-vault",
        "protectsystem": "strict",
        "restart": "always",
    }
    assert wanted.items() <= dict(unit(name)).items()


def test_the_worker_yields_to_the_others() -> None:
    assert [name for name in OURS if "cpu_shares" in SERVICES[name]] == ["worker"]
    assert SERVICES["worker"]["cpu_shares"] < 1024  # what each other one has
    assert [name for name in ("web", "worker", "fold", "beat") if "Nice" in unit(name)] == ["worker"]
    assert unit("worker")["Nice"] == "10"


@pytest.mark.parametrize("name", ["worker", "fold"])
def test_workers_tasks_get_as_long_to_end_on_a_machine_as_in_a_container(name: str) -> None:
    assert SERVICES[name]["stop_grace_period"] == f"{unit(name)['TimeoutStopSec']}s"
    assert unit(name)["KillMode"] == "mixed"
