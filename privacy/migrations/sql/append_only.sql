-- Statements, not rows: an UPDATE that finds no row is refused too. A trigger of the parent is not asked where a
-- partition is named, so each partition has its own. `keeper` lets the role waymark_keeper delete, for retention.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND 'keeper' = ANY(TG_ARGV::text[]) AND CURRENT_USER = 'waymark_keeper' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE FUNCTION make_append_only(name text, exception text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM CURRENT_USER, PUBLIC', name);
    EXECUTE format(
        'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
        'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change(%L)', name, exception
    );
END
$$;
-- One month (UTC) of a table that is partitioned by RANGE of a moment; append-only where the table is. Two that need it
-- at once: the second waits, then finds it made.
CREATE FUNCTION make_month_partition(parent text, month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first timestamp := date_trunc('month', month::timestamp);
    name text := format('%s_%s', parent, to_char(first, 'YYYY_MM'));
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('make_month_partition'));
    IF to_regclass(quote_ident(name)) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', name, parent,
        first AT TIME ZONE 'UTC', (first + interval '1 month') AT TIME ZONE 'UTC'
    );
    IF EXISTS (
        SELECT FROM pg_trigger WHERE tgrelid = quote_ident(parent)::regclass AND tgname = 'append_only'
    ) THEN
        PERFORM make_append_only(name);
    END IF;
END
$$;
SELECT make_append_only('privacy_accessentry');
