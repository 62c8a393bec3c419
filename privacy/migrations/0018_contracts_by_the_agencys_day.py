from django.db import migrations

# The agency's day may be one behind UTC's, and the schedule closes an account within the day after: two days in all.
FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_open_after_contract() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_active AND NEW.contract_ends_on < (now() AT TIME ZONE 'UTC')::date - {days} THEN
        RAISE EXCEPTION 'account % is open after its contract', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0017_destructions_journaled")]

    operations = [migrations.RunSQL(FUNCTION.format(days=2), FUNCTION.format(days=1))]
