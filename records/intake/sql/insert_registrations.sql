INSERT INTO records_registration (
    key, gathering_id, customer_id, registered_at, role, badge_name, attended, cancelled_at, itinerary, accommodations,
    source, location, source_import_id, created_at
)
SELECT
    staged.key, gathering_id, customer_id, registered_at, coalesce(role, ''), coalesce(badge_name, ''), attended,
    cancelled_at, itinerary.value, accommodations.value,
    %(source)s, %(location)s, %(import)s, now()
FROM staged_registration AS staged
JOIN staged_row AS row USING (line)
LEFT JOIN sealed_cell AS itinerary ON itinerary.key = staged.key AND itinerary.field = 'itinerary'
LEFT JOIN sealed_cell AS accommodations ON accommodations.key = staged.key AND accommodations.field = 'accommodations'
WHERE NOT is_known
