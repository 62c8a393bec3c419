"""Names, addresses and telephone numbers in the form in which they are looked for, and the indexes for it."""

from django.db import migrations

# Builtin functions only. NFKD parts a letter from its accents (U+0300 to U+036F), which are then left out.
FUNCTIONS = r"""
CREATE FUNCTION fold_name(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f]', '', 'g'));
-- The last ten digits before an extension: the whole of a North American number, enough of any other.
CREATE FUNCTION fold_phone(phone text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN right(regexp_replace(regexp_replace(lower(phone), '(;|ext|x|#).*$', ''), '[^0-9]', '', 'g'), 10);
"""
DROP_FUNCTIONS = "DROP FUNCTION fold_phone(text); DROP FUNCTION fold_name(text)"

# The builtin collation sorts by code point, so that an ordinary index serves the beginning of a name too.
INDEXES = """
CREATE INDEX customer_name_folded ON records_customer (fold_name(name), id);
CREATE INDEX customer_merged_name_folded ON records_customer (fold_name(name)) WHERE merged_into_id IS NOT NULL;
CREATE INDEX customer_phone_folded ON records_customer (fold_phone(phone)) WHERE phone <> '';
CREATE INDEX customer_mail_address ON records_customer (left(postal_code, 5), lower(street)) WHERE street <> '';
CREATE INDEX organization_name_folded ON records_organization (fold_name(name), id);
CREATE INDEX contact_phone_folded ON records_contactpoint (fold_phone(value)) WHERE kind IN ('phone', 'fax', 'pager');
CREATE INDEX contact_name_folded ON records_contactpoint (fold_name(value)) WHERE kind = 'name';
"""
DROP_INDEXES = """
DROP INDEX contact_name_folded, contact_phone_folded, organization_name_folded, customer_mail_address,
    customer_phone_folded, customer_merged_name_folded, customer_name_folded
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0005_identity")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(INDEXES, DROP_INDEXES),
    ]
