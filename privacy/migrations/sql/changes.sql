CREATE TABLE privacy_change (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    model text NOT NULL,
    row text NOT NULL,
    subject uuid,
    field text NOT NULL,
    by_id bigint,
    actor text NOT NULL,
    purpose smallint,
    duty text NOT NULL,
    reference text NOT NULL,
    before bytea,
    after bytea,
    CONSTRAINT change_of_a_row CHECK (model ~ '^[A-Za-z_.]{1,80}$' AND row ~ '^[^ ]{1,80}$'),
    CONSTRAINT change_by_one CHECK ((by_id IS NULL) = (actor <> '')),
    CONSTRAINT change_one_basis CHECK ((purpose IS NULL) = (duty <> '')),
    CONSTRAINT change_changes CHECK (field = '' OR before IS NOT NULL OR after IS NOT NULL),
    CONSTRAINT change_no_content CHECK (
        actor ~ '^[a-z_]{0,40}$' AND field ~ '^[a-z0-9_]{0,80}$' AND reference ~ '^[A-Za-z0-9._/-]{0,40}$'
    )
);
-- The history of one record, the newest first; and all changes of one person's records.
CREATE INDEX change_of_row ON privacy_change (model, row, at DESC);
CREATE INDEX change_of_subject ON privacy_change (subject) WHERE subject IS NOT NULL;
SELECT make_append_only('privacy_change', 'keeper');
GRANT SELECT, DELETE ON privacy_change TO waymark_keeper;
