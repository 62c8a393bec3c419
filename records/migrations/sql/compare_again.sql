-- What is compared changed: the customer is compared again. Statement by row, for a form changes one; an import inserts
-- customers who have not been compared anyway.
CREATE FUNCTION records_compare_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'records_customer' THEN
        NEW.compared_at := NULL;
        RETURN NEW;
    END IF;
    UPDATE records_customer SET compared_at = NULL
    WHERE compared_at IS NOT NULL AND id IN (
        CASE WHEN TG_OP <> 'DELETE' THEN NEW.customer_id END, CASE WHEN TG_OP <> 'INSERT' THEN OLD.customer_id END
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER compare_again BEFORE UPDATE OF name, email, phone, street, number ON records_customer
    FOR EACH ROW
    WHEN ((OLD.name, OLD.email, OLD.phone, OLD.street, OLD.number)
        IS DISTINCT FROM (NEW.name, NEW.email, NEW.phone, NEW.street, NEW.number))
    EXECUTE FUNCTION records_compare_again();
CREATE TRIGGER compare_again AFTER INSERT OR UPDATE OR DELETE ON records_contactpoint
    FOR EACH ROW EXECUTE FUNCTION records_compare_again();
CREATE TRIGGER compare_again AFTER INSERT OR UPDATE OR DELETE ON records_identifier
    FOR EACH ROW EXECUTE FUNCTION records_compare_again();
