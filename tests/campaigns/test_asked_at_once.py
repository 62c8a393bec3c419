"""The same wish of a recipient, sent twice at the same time."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from campaigns import follow_ups
from campaigns.enums import Action, EventKind
from campaigns.models import Event, FollowUp
from tests.campaigns.viewing import make_shared

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 4


def test_a_form_sent_several_times_at_once_is_one_task_and_one_event() -> None:
    share, wish, now = make_shared(), uuid.uuid4(), timezone.now()
    start, keys = threading.Barrier(TIMES), list[uuid.UUID]()

    def send(number: int) -> None:
        try:
            start.wait()
            at = now - timedelta(milliseconds=number)  # each is stamped as it comes
            keys.append(follow_ups.ask(share, Action.CALL, "Please", at, wish).key)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[number]) for number in range(TIMES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert keys == [FollowUp.objects.get().key] * TIMES
    assert Event.objects.filter(kind=EventKind.RESPONSE).count() == 1
