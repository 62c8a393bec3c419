-- What has become of a payment does not go back: a delivery that comes late or out of order changes nothing.
CREATE FUNCTION records_payment_becomes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('begun', 'open'), ('begun', 'failed'), ('begun', 'expired'), ('begun', 'cancelled'),
        ('begun', 'paid'), ('begun', 'refunding'),
        ('open', 'paid'), ('open', 'refunding'), ('open', 'failed'), ('open', 'expired'), ('open', 'cancelled'),
        ('failed', 'paid'), ('expired', 'paid'), ('cancelled', 'paid'),
        ('failed', 'refunding'), ('expired', 'refunding'), ('cancelled', 'refunding'),
        ('paid', 'refunding'), ('paid', 'refunded'), ('refunding', 'refunded'), ('refunding', 'paid')
    ) THEN
        RAISE EXCEPTION 'a payment that is % cannot become %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.amount, NEW.currency, NEW.kind, NEW.subject) IS DISTINCT FROM
        (OLD.amount, OLD.currency, OLD.kind, OLD.subject) THEN
        RAISE EXCEPTION 'what a payment is for, and how much, stays' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_becomes BEFORE UPDATE ON records_payment
FOR EACH ROW EXECUTE FUNCTION records_payment_becomes();
