"""What stood in one place before: files become first versions, shares get their numbers, new events their series."""

from typing import Any

from django.db import migrations

SERIES = """
CREATE OR REPLACE FUNCTION event_series_of(kind event_kind) RETURNS event_series LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN kind IN ('visit', 'view', 'page', 'download', 'begun') THEN 'insight' ELSE 'promotion'
    END::event_series
$$;
"""
# The nth share of a material, in the order in which they were made.
NUMBERS = """
UPDATE campaigns_share AS share SET number = counted.nth
FROM (SELECT id, row_number() OVER (PARTITION BY material_id ORDER BY shared_at, id) AS nth FROM campaigns_share) AS counted
WHERE counted.id = share.id;
UPDATE campaigns_material AS material SET share_count = counted.shares
FROM (SELECT material_id, count(*) AS shares FROM campaigns_share GROUP BY material_id) AS counted
WHERE counted.material_id = material.id;
"""


def files_become_versions(apps: Any, schema_editor: Any) -> None:
    """The file of a material is the file of its newest version, which waits to be turned into pages."""
    MaterialVersion = apps.get_model("campaigns", "MaterialVersion")
    MaterialVersion.objects.bulk_create(
        MaterialVersion(material=material, number=material.version, file=material.file.name, file_name=f"{material.slug}.pdf")
        for material in apps.get_model("campaigns", "Material").objects.exclude(file="")
    )


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0006_sharing")]

    operations = [
        migrations.RunSQL(SERIES, migrations.RunSQL.noop),
        migrations.RunSQL(NUMBERS, migrations.RunSQL.noop),
        migrations.RunPython(files_become_versions, migrations.RunPython.noop),
        migrations.RemoveField(model_name="material", name="file"),
    ]
