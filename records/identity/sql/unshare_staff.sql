UPDATE records_customerassignment SET until = now()
WHERE customer_id = %(kept)s AND reason = %(reason)s AND until IS NULL
