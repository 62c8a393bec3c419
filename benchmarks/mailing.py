"""How many messages a second does a mailing send, set against a bare smtplib loop to the same server on loopback?

    python -m benchmarks.mailing           2,000 messages; QUICK=1: a tenth of it

The server (aiosmtpd) runs in a process of its own, takes everything and keeps nothing. The loop sends one of the
messages that the mailing has sent to each address, over one connection: no claim, no mark, no look at who must be left
out. Uses embedded servers of its own in a temporary folder. Prints a table and, as the last line, JSON.
"""

import json
import os
import smtplib
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.intake import CHECKOUT, SCALE, database, manage, own_servers, timed
from benchmarks.sharing import FILL, program

MESSAGES = int(2_000 * SCALE)
SERVER = """
import asyncio, sys
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP

async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink()), "127.0.0.1", int(sys.argv[1]))
    print("ready", flush=True)
    await server.serve_forever()

asyncio.run(serve())
"""
BODY = "Dear {{name}},\n\nplease look at {{material}}:\n\n{{link}}\n\n{{sender}}"


def main() -> None:
    with mail_server() as port:
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
            manage("migrate", "--verbosity", "0")
            with database() as cursor:
                cursor.execute(FILL.format(customers=MESSAGES))
            with program():
                measures = measured(port)
    bare = measures["bare smtplib loop, one connection"]
    print(f"{'':<36} {'messages':>9} {'seconds':>8} {'a second':>9} {'of bare':>8}")
    for name, seconds in measures.items():
        print(f"{name:<36} {MESSAGES:>9,} {seconds:>8.1f} {MESSAGES / seconds:>9,.0f} {bare / seconds:>8.2f}")
    print(json.dumps({name: {"messages": MESSAGES, "seconds": seconds} for name, seconds in measures.items()}))


@contextmanager
def mail_server() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-c", SERVER, str(port)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield port
        finally:
            process.kill()


def measured(port: int) -> dict[str, float]:
    from campaigns.enums import Channel, MessageState
    from campaigns.mailing import running
    from campaigns.mailing.sending import work_on
    from campaigns.models import Mailing, Material
    from campaigns.sharing import ShareOptions, share
    from privacy.models import User
    from records.models import Customer

    sender = User.objects.get(pk=1001)
    options = ShareOptions(channel=Channel.EMAIL)
    batch = share(Material.objects.get(pk=1), Customer.objects.all(), sender, options).batch
    mailing = Mailing.objects.create(
        name="Rates", sender=sender, batch=batch, subject="{{material}}", body=BODY, messages_a_minute=60_000
    )
    running.start(mailing)

    def send() -> None:
        while work_on(mailing.pk):
            pass

    seconds = timed(send)
    sent = mailing.messages.filter(state=MessageState.SENT).count()
    assert sent == MESSAGES, f"{sent} of {MESSAGES} were sent"
    content = written(mailing)
    return {
        "mailing": seconds,
        "bare smtplib loop, one connection": timed(lambda: bare(port, content)),
    }


def written(mailing: object) -> bytes:
    """One of the messages, as it went."""
    from campaigns.mailing.audience import recipients
    from campaigns.mailing.letters import Letter, email
    from campaigns.models import Mailing

    assert isinstance(mailing, Mailing)
    message = mailing.messages.select_related("share")[0]
    (to,) = recipients([message.share_id], mailing)
    return email(Letter(mailing, to), message.identifier).message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own


def bare(port: int, content: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for number in range(1, MESSAGES + 1):
            connection.sendmail("waymark@localhost", [f"person{number}@example.com"], content)


if __name__ == "__main__":
    main()
