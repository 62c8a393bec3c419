-- There is no default partition: an event of a month without one would be refused by the database.
SELECT make_event_partition(series::event_series, month)
FROM unnest(%(partitions)s::text[], %(series)s::text[], %(months)s::date[]) AS wanted (partition, series, month)
WHERE to_regclass(partition) IS NULL
