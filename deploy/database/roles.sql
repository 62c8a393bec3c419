-- The roles and the database of Waymark. Run once by a superuser, on PostgreSQL 18 or newer:
--
--     psql --set=password=SECRET --file=deploy/database/roles.sql postgres
--
-- `waymark` is the program's role and no superuser. `waymark_keeper` is a role that nobody signs in as: the program
-- becomes it by name to take events out of the event log, which it cannot change otherwise.
\set ON_ERROR_STOP on
CREATE ROLE waymark LOGIN PASSWORD :'password';
CREATE ROLE waymark_keeper NOLOGIN;
GRANT waymark_keeper TO waymark WITH INHERIT FALSE, SET TRUE;
CREATE DATABASE waymark OWNER waymark
    TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8';
REVOKE CONNECT, TEMPORARY ON DATABASE waymark FROM PUBLIC;
