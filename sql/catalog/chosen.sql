-- Whether a product is among those that were asked for; $1 to $8: see catalog/listed.sql
($1::text is null or sku ilike $1 or name ilike $1 or description ilike $1)
  and ($2::boolean is null or active = $2)
  and ($3::text is null or owner = $3)
  and ($4::numeric is null or price >= $4)
  and ($5::numeric is null or price <= $5)
  and ($6::timestamptz is null or updated_at >= $6)
  and ($7::bigint is null or job_id = $7)
  and ($8::text[] is null or {{where}})
