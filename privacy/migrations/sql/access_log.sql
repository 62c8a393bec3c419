CREATE TABLE privacy_accessentry (
    at timestamptz NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    user_id bigint,
    actor text NOT NULL,
    roles text[] NOT NULL,
    purpose smallint,
    duty text NOT NULL,
    reference text NOT NULL,
    categories smallint[] NOT NULL,
    key text NOT NULL,
    place text NOT NULL,
    records integer,
    intent_id uuid,
    why text NOT NULL,
    PRIMARY KEY (at, id),
    CONSTRAINT access_kind CHECK (kind IN (
        'intent', 'shown', 'failed', 'refused', 'sign_in', 'failed_sign_in', 'lockout', 'sign_out', 'change_of_basis'
    )),
    CONSTRAINT access_by_one CHECK (user_id IS NULL OR actor = ''),
    CONSTRAINT access_one_basis CHECK (purpose IS NULL OR duty = ''),
    CONSTRAINT access_outcome CHECK ((kind IN ('shown', 'failed')) = (intent_id IS NOT NULL)),
    CONSTRAINT access_counted CHECK ((kind IN ('shown', 'failed')) = (records IS NOT NULL) AND records >= 0),
    -- Words and numbers of the program's own, so that no name, address or sentence of anybody can stand here.
    CONSTRAINT access_no_content CHECK (
        actor ~ '^[a-z_]{0,40}$' AND duty ~ '^[a-z_]{0,20}$' AND key ~ '^[a-z_]{0,30}$' AND why ~ '^[a-z_]{0,30}$'
        AND place ~ '^[a-z0-9_:]{0,80}$' AND reference ~ '^[A-Za-z0-9._/-]{0,40}$'
        AND array_to_string(roles, ',') ~ '^[A-Za-z ,]*$'
    )
) PARTITION BY RANGE (at);
-- The log of one account, the newest first.
CREATE INDEX access_by_user ON privacy_accessentry (user_id, at, id);
