-- The addresses that products show without a compressed image, and that no row of the store stands
-- for yet, each with its host, with the port (no host is called
-- file://, as files beside the table are); and whether a product of it names any image already.
-- Where there are other stores, what a product names may be there. Also a part of others.
-- $1 text: the store; null: of any
with others as materialized (
  select {{image/has_others}} as exist
),
shown as materialized (
  select shown.url, bool_or(p.compressed_images <> '{}') as is_named
  from prodimport.products p
  cross join unnest(p.images) as shown (url)
  where p.images <> '{}'
    and (
      p.compressed_images = '{}'
      or array_position(p.compressed_images, null) is not null
      or (select exist from others)
    )
  group by shown.url
)
select
  shown.url,
  case
    when shown.url like 'file:%' then 'file://'
    else lower(coalesce(substring(shown.url from '^[A-Za-z]+://(?:[^/?#]*@)?([^/?#]+)'), ''))
  end as host,
  shown.is_named
from shown
where not exists (
  select 1
  from prodimport.images i
  where i.url = shown.url
    and ($1::text is null or i.store = $1)
)
