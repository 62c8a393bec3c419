-- Earlier events of which the ruling finds another reason than holds; the batch's fold takes the difference.
INSERT INTO campaigns_judgement (
    viewer_id, occurred_at, id, series, nth, batch_id, rule_version, verdict_before, reason_before, verdict, reason,
    judged_at
)
SELECT
    viewer_id, occurred_at, id, series, nth + 1, {batch}, %(rule)s, verdict, reason, event_verdict_of(found), found,
    now()
FROM ruling
WHERE is_open AND found <> reason
