-- Gives products their compressed images once the store has each of their images or it is dead: the
-- keys in the order of the images, null for the dead. Only where the images are still the same.
-- $1 text: the store; $2 bigint[]: images whose key is new, so that products which have keys need
-- another look; $3 integer: at most so many products;
-- $4 boolean: whether products that name images of other stores get another look, too
with candidates as (
  select p.id, p.images, p.compressed_images
  from prodimport.products p
  where p.images <> '{}'
    and (
      p.compressed_images = '{}'
      or $4::boolean and {{image/has_others}}
      or p.id in (
        select showing.id
        from prodimport.products showing
        cross join unnest(showing.images) as shown (url)
        join prodimport.images i on i.url = shown.url
        where i.id = any ($2::bigint[])
      )
    )
),
completed as (
  select
    c.id, c.images, c.compressed_images, array_agg(i.key order by shown.position) as keys
  from candidates c
  cross join unnest(c.images) with ordinality as shown (url, position)
  left join prodimport.images i on i.url = shown.url and i.store = $1::text
  group by c.id, c.images, c.compressed_images
  having bool_and(coalesce(i.key is not null or i.status = 'dead', false))
),
changed as (
  select id, images, keys
  from completed
  where keys <> compressed_images
  order by id
  limit $3::integer
),
-- In the order of their ids, as every worker does, so that two never wait for each other.
locked as (
  select p.id
  from prodimport.products p
  join changed c on c.id = p.id and c.images = p.images
  order by p.id
  for update of p
),
updated as (
  update prodimport.products p
  set
    compressed_images = c.keys,
    updated_at = date_trunc('milliseconds', statement_timestamp())
  from changed c
  join locked l on l.id = c.id
  where p.id = c.id
    and p.images = c.images
  returning p.id
)
select
  (select count(*)::integer from updated) as products,
  (
    select p.sku
    from locked l
    join prodimport.products p on p.id = l.id
    where l.id not in (select id from updated)
    limit 1
  ) as unwritten,
  {{image/named_again}} as named_again
