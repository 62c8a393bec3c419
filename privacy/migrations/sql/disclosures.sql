-- UPDATE stays granted, for the check of a foreign key locks a row; the trigger refuses it. `keeper`: append_only.sql.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON privacy_disclosure
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('keeper');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON privacy_disclosedperson
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('keeper');
REVOKE DELETE, TRUNCATE ON privacy_disclosure, privacy_disclosedperson FROM CURRENT_USER, PUBLIC;
GRANT SELECT, DELETE ON privacy_disclosure, privacy_disclosedperson TO waymark_keeper;
