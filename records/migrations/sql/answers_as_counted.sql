-- An answer as the answers that are counted: each chosen one that the question offers, a number as it is written, and
-- the empty one, which is any.
CREATE FUNCTION records_answers_counted(kind text, choices jsonb, answer text, number numeric, is_sealed boolean)
RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ''
    UNION ALL
    SELECT chosen
    FROM unnest(CASE
        WHEN is_sealed OR kind = 'text' THEN ARRAY[]::text[]
        WHEN number IS NOT NULL THEN ARRAY[trim_scale(number)::text]
        WHEN kind = 'several' THEN string_to_array(answer, '; ')
        ELSE ARRAY[answer]
    END) AS chosen
    WHERE chosen <> '' AND (number IS NOT NULL OR choices ? chosen)
$$;
