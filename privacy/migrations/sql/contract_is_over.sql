-- The agency's day may be one behind UTC's, and the schedule closes an account within the day after: two days in all.
CREATE OR REPLACE FUNCTION refuse_open_after_contract() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_active AND NEW.contract_ends_on < (now() AT TIME ZONE 'UTC')::date - 2 THEN
        RAISE EXCEPTION 'account % is open after its contract', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
