-- The events of each new recipient: delivered, and what came of it. {outcomes} is one row an outcome of the mapping.
INSERT INTO staged_event (
    viewer_id, occurred_at, id, kind, campaign_id, variant_id, amount, amount_unknown, grade, signals
)
SELECT
    viewer.id, recipient.occurred_at, pg_temp.line_uuid(%(content)s, line, outcome.nth), outcome.kind::event_kind,
    %(campaign)s, variant_id, outcome.amount, outcome.amount_unknown, 'addressee', %(signals)s
FROM staged_recipient AS recipient
JOIN staged_row AS row USING (line)
JOIN campaigns_viewer AS viewer USING (key)
CROSS JOIN LATERAL (VALUES {outcomes}) AS outcome (nth, happened, kind, amount, amount_unknown)
WHERE outcome.happened
