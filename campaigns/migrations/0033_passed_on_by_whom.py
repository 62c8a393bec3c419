"""Whether a share was passed on by its recipient or by somebody unknown who came through it."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0032_grades_of_tasks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='share',
            name='passed_on_by_unknown',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=models.CheckConstraint(condition=models.Q(('passed_on_by_unknown', False), ('passed_on_from__isnull', False), _connector='OR'), name='share_passed_on_by'),
        ),
    ]
