from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0024_signs_of_events")]

    operations = [
        migrations.AddIndex(
            model_name="mailmessage",
            index=models.Index(F("sent_at").desc(nulls_last=True), "id", name="mail_message_by_sending"),
        ),
    ]
