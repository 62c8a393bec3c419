-- Tenths of the people by their probability to respond, the highest first. Relies on likelihood_once.
SELECT tenth, count(*) AS people, min(probability) AS lowest, avg(probability) AS probability, sum(probability) AS expected
FROM ({rows}) AS likely
GROUP BY tenth
ORDER BY tenth
