-- What the ruling would change, by what holds and what was found.
SELECT verdict::text, reason::text, event_verdict_of(found)::text, found::text, count(*)
FROM ruling
WHERE is_open AND found <> reason
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4
