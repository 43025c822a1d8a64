-- Changes products that `catalog/hold` holds, and gives back those that are not as before; without an
-- id one that was to be written and was not. A field that is null in $1 stays, unless `clear` names it;
-- attributes are merged key by key.
-- $1 jsonb: [{"id", "new_sku", "name", ..., "attributes", "remove": [keys], "clear": [fields]}]
with wished as (
  select
    p.id,
    coalesce(i.new_sku, p.sku) as sku,
    coalesce(i.name, p.name) as name,
    case when 'description' = any (i.clear) then i.description
      else coalesce(i.description, p.description) end as description,
    case when 'price' = any (i.clear) then i.price else coalesce(i.price, p.price) end as price,
    coalesce(i.active, p.active) as active,
    case when 'owner' = any (i.clear) then i.owner else coalesce(i.owner, p.owner) end as owner,
    case when 'images' = any (i.clear) then coalesce(i.images, '{}')
      else coalesce(i.images, p.images) end as images,
    (case when 'attributes' = any (i.clear) then '{}' else p.attributes end - i.remove)
      || i.attributes as attributes,
    i.active is not null and p.deactivated_by is not null as sets_flag
  from jsonb_to_recordset($1::jsonb) as i (
    id bigint, new_sku text, name text, description text, price numeric(16, 4), active boolean,
    owner text, images text[], attributes jsonb, remove text[], clear text[]
  )
  join prodimport.products p on p.id = i.id
),
compared as (
  select
    w.*,
    (w.sku, w.name, w.description, w.price, w.active, w.owner, w.images, w.attributes)
      is distinct from
      (p.sku, p.name, p.description, p.price, p.active, p.owner, p.images, p.attributes) as differs
  from wished w
  join prodimport.products p on p.id = w.id
),
updated as (
  update prodimport.products p
  set
    sku = c.sku,
    name = c.name,
    description = c.description,
    price = c.price,
    active = c.active,
    owner = c.owner,
    images = c.images,
    compressed_images = case when p.images = c.images then p.compressed_images else '{}' end,
    attributes = c.attributes,
    -- A flag set by hand is no longer the work of a load's --missing, even where it stays the same.
    deactivated_by = case when c.sets_flag then null else p.deactivated_by end,
    job_id = case when c.differs then null else p.job_id end,
    updated_at = case when c.differs then date_trunc('milliseconds', statement_timestamp())
      else p.updated_at end
  from compared c
  where p.id = c.id and (c.differs or c.sets_flag)
  returning p.*
)
select
  asked_id,
  {{catalog/columns}},
  {{load/snapshot}}::text as snapshot
from (select id as asked_id, differs from compared where differs or sets_flag) asked
left join updated p on p.id = asked.asked_id
where asked.differs or p.id is null
