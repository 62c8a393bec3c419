-- How many visits each of these shares had, how many of them by people, when the last of these began, and how long they
-- were looked at. For the shares of one page of a list.
{visits_of_shares}
SELECT
    share_id, count(*), count(*) FILTER (WHERE human + unknown > 0), max(began_at) FILTER (WHERE human + unknown > 0),
    coalesce(sum(dwell_ms) FILTER (WHERE human + unknown > 0), 0)
FROM visits
GROUP BY share_id
