-- The key by which an account acted, and two kinds of line: a key was made, a key was revoked.
ALTER TABLE privacy_accessentry ADD COLUMN api_key text NOT NULL DEFAULT '';
ALTER TABLE privacy_accessentry ADD CONSTRAINT access_by_key CHECK (api_key ~ '^[0-9a-f]{0,12}$');
ALTER TABLE privacy_accessentry DROP CONSTRAINT access_kind;
ALTER TABLE privacy_accessentry ADD CONSTRAINT access_kind CHECK (kind IN (
    'intent', 'shown', 'failed', 'refused', 'sign_in', 'failed_sign_in', 'lockout', 'sign_out', 'change_of_basis',
    'key_made', 'key_revoked'
));
