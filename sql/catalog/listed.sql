-- The products that a list, a count or an export shows; the files that sort them include this one.
-- $1 text: an ilike pattern for SKU, name or description · $2 boolean: active · $3 text: owner
-- $4, $5 numeric: price from, to · $6 timestamptz: changed since then · $7 bigint: changed last by
-- this job; null in any of them: whatever it is
select
  id, sku, name, description, price, active, owner, images, compressed_images, attributes,
  created_at, updated_at
from prodimport.products
where ($1::text is null or sku ilike $1 or name ilike $1 or description ilike $1)
  and ($2::boolean is null or active = $2)
  and ($3::text is null or owner = $3)
  and ($4::numeric is null or price >= $4)
  and ($5::numeric is null or price <= $5)
  and ($6::timestamptz is null or updated_at >= $6)
  and ($7::bigint is null or job_id = $7)
