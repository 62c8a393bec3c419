-- As before, and every apostrophe as the one of a keyboard: O’Hara is found by O'Hara, and the other way round.
CREATE OR REPLACE FUNCTION fold_name(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(regexp_replace(normalize(translate(name, U&'\2018\2019\02BC\02B9\FF07\0060\00B4', ''''''''''''''''), NFKD), '[\u0300-\u036f]', '', 'g'));
REINDEX INDEX customer_name_folded;
REINDEX INDEX customer_merged_name_folded;
REINDEX INDEX customer_last_word_folded;
REINDEX INDEX organization_name_folded;
REINDEX INDEX contact_name_folded;
