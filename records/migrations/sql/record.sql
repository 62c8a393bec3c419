CREATE TABLE records_record (
    collected_at timestamptz NOT NULL,
    key uuid NOT NULL,
    subject uuid NOT NULL,
    customer_id bigint,
    source_import_id bigint,
    category smallint NOT NULL,
    source varchar(20) NOT NULL,
    location varchar(20) NOT NULL,
    retention_rule varchar(10) NOT NULL,
    meeting_number varchar(40) NOT NULL DEFAULT '',
    host_name varchar(200) NOT NULL DEFAULT '',
    host_email varchar(254) NOT NULL DEFAULT '',
    organizer varchar(254) NOT NULL DEFAULT '',
    participant varchar(254) NOT NULL DEFAULT '',
    attributes jsonb NOT NULL,
    sealed bytea,
    PRIMARY KEY (collected_at, key),
    CONSTRAINT record_category CHECK (category BETWEEN 1 AND 18),
    CONSTRAINT record_attributes CHECK (jsonb_typeof(attributes) = 'object'),
    CONSTRAINT record_rule CHECK (retention_rule IN ('RET-3', 'RET-2B', 'RET-4', 'RET-5', 'RET-6', 'RET-7')),
    CONSTRAINT record_source CHECK (source IN ('customer', 'personnel', 'list provider'))
) PARTITION BY RANGE (collected_at);
CREATE INDEX records_record_customer ON records_record (customer_id, collected_at) WHERE customer_id IS NOT NULL;
CREATE INDEX records_record_subject ON records_record (subject);
CREATE INDEX records_record_import ON records_record (source_import_id) WHERE source_import_id IS NOT NULL;
-- Each retrieval key of the notice's rules 3 to 6 has its index; names and addresses are looked for in lower case.
CREATE INDEX records_record_meeting ON records_record (meeting_number) WHERE meeting_number <> '';
CREATE INDEX records_record_host_name ON records_record (lower(host_name)) WHERE host_name <> '';
CREATE INDEX records_record_host_email ON records_record (lower(host_email)) WHERE host_email <> '';
CREATE INDEX records_record_organizer ON records_record (lower(organizer)) WHERE organizer <> '';
CREATE INDEX records_record_participant ON records_record (lower(participant)) WHERE participant <> '';
