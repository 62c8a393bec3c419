-- The id of what a line of a file says, the same whenever that file is read: RFC 9562 version 8, from the SHA-256 of
-- the file's content hash, the line's number and the position within the line.
CREATE OR REPLACE FUNCTION pg_temp.line_uuid(content text, line bigint, nth integer) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(substr(set_byte(set_byte(digest, 6, get_byte(digest, 6) & 15 | 128), 8, get_byte(digest, 8) & 63 | 128), 1, 16), 'hex')::uuid
    FROM (SELECT sha256(convert_to(content || ':' || line || ':' || nth, 'UTF8')) AS digest) AS named
$$
