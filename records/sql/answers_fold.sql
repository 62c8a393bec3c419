-- Counts again what was noted longest ago, in one statement and so as of one moment: a note that is gone has its change
-- in the tally, and whoever commits a change meanwhile leaves a note that stays. Returns how many notes there were.
WITH recount (submission_id, person_id) AS (
    DELETE FROM records_answerrecount
    WHERE id IN (SELECT id FROM records_answerrecount ORDER BY id LIMIT %(most)s)
    RETURNING submission_id, person_id
),
{waiting},
{fresh},
gone AS (
    DELETE FROM records_answertally AS tally USING waiting
    WHERE (tally.is_repeated, tally.block) = (waiting.is_repeated, waiting.block) AND NOT EXISTS (
        SELECT FROM fresh
        WHERE (fresh.is_repeated, fresh.block, fresh.question_id, fresh.answer)
            = (tally.is_repeated, tally.block, tally.question_id, tally.answer)
    )
),
kept AS (
    INSERT INTO records_answertally AS mine (is_repeated, block, question_id, answer, given)
    SELECT is_repeated, block, question_id, answer, given FROM fresh
    ON CONFLICT (question_id, is_repeated, block, answer) DO UPDATE SET given = excluded.given
        WHERE mine.given <> excluded.given
)
SELECT count(*) FROM recount
