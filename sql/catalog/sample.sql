-- Where some of the products stand in an order, three of each of 200 pages of the table: about as many
-- as there are products in each part of the order. `sampled` is how many they are with those before.
-- $1, $2 text: key and SKU behind which they stand, or null
-- A page has up to twice as many slots as rows once products were changed; an empty one gives none.
select place::text as key, place_of_sku as sku, sampled
from (
  select {{key}} as place, lower(sku) as place_of_sku, count(*) over () as sampled
  from prodimport.products
  where ctid = any(array(
    select format('(%s,%s)', page * pages / 200, 1 + (hashint4(3 * page + slot) & 65535) % slots)::tid
    from (
      select
        pg_relation_size(oid) / current_setting('block_size')::integer as pages,
        greatest(8, 2 * reltuples / greatest(relpages, 1))::integer as slots
      from pg_class
      where oid = 'prodimport.products'::regclass
    ) size
    cross join generate_series(0, 199) as page
    cross join generate_series(1, 3) as slot
  ))
  offset 0
) sample
where {{beyond}}
order by {{places}}
