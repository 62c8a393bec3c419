-- No constraint to other tables, so that it is distributed with the log. The keeper takes out the judgements of events that
-- it takes out of the log. `nth` counts an event's judgements: two at once cannot both start from the same verdict.
CREATE TABLE campaigns_judgement (
    viewer_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    id uuid NOT NULL,
    batch_id bigint NOT NULL,
    judged_at timestamptz NOT NULL,
    series event_series NOT NULL,
    verdict_before event_verdict NOT NULL,
    reason_before event_reason NOT NULL,
    verdict event_verdict NOT NULL,
    reason event_reason NOT NULL,
    nth smallint NOT NULL,
    rule_version smallint NOT NULL,
    PRIMARY KEY (viewer_id, occurred_at, id, series, nth),
    CONSTRAINT judgement_counted CHECK (nth >= 1),
    CONSTRAINT judgement_by_rule CHECK (rule_version >= 1),
    CONSTRAINT judgement_changes CHECK (reason <> reason_before)
);
CREATE INDEX judgement_batch ON campaigns_judgement (batch_id);
SELECT make_append_only('campaigns_judgement', 'keeper');
GRANT SELECT, DELETE ON campaigns_judgement TO waymark_keeper;
