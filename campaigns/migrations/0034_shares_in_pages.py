"""Which shares are of a material that stands in a custom web page of the recipient's: no mailing takes them."""

from django.db import migrations, models

# Of before: those that no mailing took, made within the minute after their recipient got a page with the material from
# the same sender for the same campaign, or after the page was published with it. What staff shared by themselves stays.
FROM_THE_PAGES = """
UPDATE campaigns_share AS share
SET is_in_page = true
WHERE channel = 'email' AND passed_on_from_id IS NULL
    AND NOT EXISTS (SELECT FROM campaigns_mailmessage AS message WHERE message.share_id = share.id)
    AND EXISTS (
        SELECT FROM campaigns_share AS of_page
        JOIN campaigns_webpage AS page ON page.material_id = of_page.material_id
        JOIN campaigns_webpageversion AS version ON version.page_id = page.id
        CROSS JOIN LATERAL jsonb_array_elements(version.blocks) AS block
        JOIN campaigns_material AS material ON material.slug = block->>'material'
        WHERE of_page.recipient_id = share.recipient_id AND material.id = share.material_id
            AND of_page.sender_id IS NOT DISTINCT FROM share.sender_id
            AND of_page.campaign_id IS NOT DISTINCT FROM share.campaign_id
            AND of_page.shared_at <= share.shared_at
            AND share.shared_at < greatest(of_page.shared_at, version.published_at) + interval '1 minute'
    )
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0033_passed_on_by_whom")]

    operations = [
        migrations.AddField(
            model_name="share",
            name="is_in_page",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunSQL(FROM_THE_PAGES, migrations.RunSQL.noop),
    ]
