-- The builtin collation sorts by code point, so that an ordinary index serves the beginning of a name too.
CREATE INDEX customer_name_folded ON records_customer (fold_name(name), id);
CREATE INDEX customer_merged_name_folded ON records_customer (fold_name(name)) WHERE merged_into_id IS NOT NULL;
CREATE INDEX customer_phone_folded ON records_customer (fold_phone(phone)) WHERE phone <> '';
CREATE INDEX customer_mail_address ON records_customer (left(postal_code, 5), lower(street)) WHERE street <> '';
CREATE INDEX organization_name_folded ON records_organization (fold_name(name), id);
CREATE INDEX contact_phone_folded ON records_contactpoint (fold_phone(value)) WHERE kind IN ('phone', 'fax', 'pager');
CREATE INDEX contact_name_folded ON records_contactpoint (fold_name(value)) WHERE kind = 'name';
