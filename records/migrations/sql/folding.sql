-- Builtin functions only. NFKD parts a letter from its accents (U+0300 to U+036F), which are then left out.
CREATE FUNCTION fold_name(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f]', '', 'g'));
-- The last ten digits before an extension: the whole of a North American number, enough of any other.
CREATE FUNCTION fold_phone(phone text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN right(regexp_replace(regexp_replace(lower(phone), '(;|ext|x|#).*$', ''), '[^0-9]', '', 'g'), 10);
