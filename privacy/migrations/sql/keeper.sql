-- The role that may take out what the program itself may not: nobody logs in as it, it has to be put on by name.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'waymark_keeper') THEN
        CREATE ROLE waymark_keeper NOLOGIN;
    END IF;
    IF NOT pg_has_role(CURRENT_USER, 'waymark_keeper', 'SET') THEN
        EXECUTE format('GRANT waymark_keeper TO %I WITH INHERIT FALSE, SET TRUE', CURRENT_USER);
    END IF;
END
$$;
