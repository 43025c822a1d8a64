-- Gives products their compressed images once the store has each of their images or it is dead: the
-- keys in the order of the images, null for the dead. Only where the images are still the same.
-- $1 text: the store; $2 bigint[]: images whose key is new, so that products which have keys need
-- another look; $3 integer: at most so many products;
-- $4 boolean: whether products that name images of other stores get another look, too
with others as materialized (
  select $4::boolean and {{image/has_others}} as exist
),
revised as materialized (
  select url from prodimport.images where id = any ($2::bigint[])
),
candidates as materialized (
  select p.id, p.sku_key, p.images, p.compressed_images
  from prodimport.products p
  where p.images <> '{}'
    and (
      p.compressed_images = '{}'
      or (select exist from others)
      or p.images && array(select url from revised)
    )
),
completed as materialized (
  select
    c.id, c.sku_key, c.images, c.compressed_images,
    array_agg(i.key order by shown.position) as keys
  from candidates c
  cross join unnest(c.images) with ordinality as shown (url, position)
  left join prodimport.images i on i.url = shown.url and i.store = $1::text
  group by c.id, c.sku_key, c.images, c.compressed_images
  having bool_and(coalesce(i.key is not null or i.status = 'dead', false))
),
changed as materialized (
  select id, sku_key, images, keys
  from completed
  where keys <> compressed_images
  order by id
  limit $3::integer
),
updated as (
  update prodimport.products p
  set
    compressed_images = c.keys,
    updated_at = date_trunc('milliseconds', statement_timestamp())
  from changed c
  where p.sku_key = c.sku_key
    and p.id = c.id
    and p.images = c.images
  returning p.id
)
-- Nothing holds a product here between the look at it and the write: one may have changed meanwhile.
select
  (select count(*)::integer from updated) as products, null::text as unwritten,
  {{image/named_again}} as named_again
