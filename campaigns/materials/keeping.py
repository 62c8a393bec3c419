"""Materials made, given new versions and topics, withdrawn and offered again, and what failed of them taken away."""

from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Max, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.crypto import get_random_string

from campaigns.enums import MaterialKind, MaterialState
from campaigns.materials.store import new_name, store
from campaigns.models import Material, MaterialVersion
from privacy.models import User
from privacy.roles import Permit
from records.intake.receiving import IncomingFile

LONGEST_NAME = 200
SEES = (Permit.SHARE_MATERIALS, Permit.KEEP_MATERIALS, Permit.KEEP_ALL_MATERIALS)


def may_keep(user: User, material: Material) -> bool:
    """Whether the user may change and withdraw it: one's own, or everybody's with the permit for that."""
    if user.has_permit(Permit.KEEP_ALL_MATERIALS):
        return True
    return material.owner_id == user.pk and user.has_permit(Permit.KEEP_MATERIALS)


def _locked(material: Material) -> Material:
    """As it is now, and nobody else changes it until the transaction ends. Raises Http404 where it was deleted."""
    return get_object_or_404(Material.objects.select_for_update(), pk=material.pk)


def new_slug() -> str:
    """A name for addresses. Random: a title may name a person, and addresses stand in logs."""
    return f"m-{get_random_string(10, 'abcdefghijkmnpqrstuvwxyz23456789')}"


def make_document(values: dict[str, Any], file: IncomingFile, by: User) -> tuple[Material, MaterialVersion]:
    """A material with its first version, which waits for a worker. `values`: title and description."""
    with transaction.atomic():
        material = Material.objects.create(slug=new_slug(), version=0, owner=by, **values)
        return material, add_version(material, file, by)


def make_link(values: dict[str, Any], by: User) -> Material:
    """A link to elsewhere. `values`: title, description and address. It is ready at once and has no file."""
    kind = MaterialKind.LINK
    return Material.objects.create(slug=new_slug(), kind=kind, version=1, owner=by, **values)


def change(material: Material, values: dict[str, Any]) -> None:
    """Change title, description, and of a link its address: a new address is a new version, for events name theirs.
    Raises Http404 where it is gone.
    """
    with transaction.atomic():
        kept = _locked(material)
        if kept.kind == MaterialKind.LINK and values.get("address", kept.address) != kept.address:
            kept.version += 1
        for name, value in values.items():
            setattr(kept, name, value)
        kept.save(update_fields=[*values, "version"])


def add_version(material: Material, file: IncomingFile, by: User) -> MaterialVersion:
    """A new version of the file that came in, which waits for a worker and takes the place of what failed before it.

    Where the database refuses the row the file goes again. Raises Http404 where the material is gone.
    """
    with _Arrived(file) as arrived:
        name = store().save(new_name(), arrived)
    try:
        with transaction.atomic():
            _take_away(_locked(material).versions.filter(state=MaterialState.FAILED))
            newest = material.versions.aggregate(newest=Max("number"))["newest"] or 0
            return MaterialVersion.objects.create(
                material=material,
                number=newest + 1,
                file=name,
                file_name=(file.name or "file")[-LONGEST_NAME:],
                size=file.size or 0,
                created_by=by,
            )
    except BaseException:
        store().delete(name)
        raise


class _Arrived(File):  # type: ignore[type-arg]  # generic in the stubs only
    """A file that has come in, for the storage: one on this machine's disk moves it instead of copying it."""

    def __init__(self, incoming: IncomingFile) -> None:
        super().__init__(incoming.path.open("rb"))
        self._path = incoming.path

    def temporary_file_path(self) -> str:
        return str(self._path)


def try_again(version: MaterialVersion) -> bool:
    """Have a failed version prepared once more; whether it was a failed one."""
    failed = MaterialVersion.objects.filter(pk=version.pk, state=MaterialState.FAILED)
    fresh = {"state": MaterialState.WAITING, "failure": "", "attempts": 0, "pages_done": 0, "page_count": 0}
    return bool(failed.update(**fresh))


def discard(material: Material, number: int) -> bool:
    """Take a version that failed away, with its file, and the material too where nothing is left of it. Whether that
    was a failed version. Nobody has ever been shown one, so that no share and no event speaks of it.

    Raises ProtectedError, and nothing changes, where a campaign or share has the material all the same; Http404 where
    it is gone.
    """
    with transaction.atomic():
        kept = _locked(material)
        if not _take_away(kept.versions.filter(number=number, state=MaterialState.FAILED)):
            return False
        if not kept.versions.exists():
            kept.delete()
    return True


def _take_away(versions: "QuerySet[MaterialVersion]") -> int:
    """The rows, and their files once it is certain. Returns how many they were. What was drawn went as they failed.

    One that is tried again at the same time stays. Where the store is away a file is left in it, as the log says.
    """
    gone = list(versions.select_for_update(of=("self",)))
    MaterialVersion.objects.filter(pk__in=[version.pk for version in gone]).delete()
    for version in gone:
        for file in (version.file, version.converted):
            if file:
                _delete_at_commit(str(file.name))
    return len(gone)


def _delete_at_commit(name: str) -> None:
    transaction.on_commit(lambda: store().delete(name), robust=True)  # no `partial`: Django logs the function's name


def withdraw(material: Material) -> None:
    """It can be shared no more, and whoever opens a share of it is told so. Harmless when repeated."""
    Material.objects.filter(pk=material.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())


def offer_again(material: Material) -> None:
    Material.objects.filter(pk=material.pk).update(withdrawn_at=None)
