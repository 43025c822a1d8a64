-- Changes products that `catalog/hold` holds, and gives back those that are not as before; without an
-- id one that was to be written and was not. A field that is null in $1 stays, unless `clear` names
-- it; attributes are merged key by key. A product
-- whose new SKU has another key moves, with all it has, as rows can't change their shard.
-- $1 jsonb: [{"id", "new_sku", "name", ..., "attributes", "remove": [keys], "clear": [fields]}]
with moment as materialized (
  -- Of this node: the clocks of others may differ.
  select date_trunc('milliseconds', statement_timestamp()) as changed_at
),
found as (
  select
    p.id, p.sku_key, p.created_at, p.updated_at, p.job_id, p.deactivated_by,
    p.images as old_images, p.compressed_images,
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
    i.active is not null and p.deactivated_by is not null as sets_flag,
    p.sku as old_sku, p.name as old_name, p.description as old_description,
    p.price as old_price, p.active as old_active, p.owner as old_owner,
    p.attributes as old_attributes
  from jsonb_to_recordset($1::jsonb) as i (
    id bigint, new_sku text, name text, description text, price numeric(16, 4), active boolean,
    owner text, images text[], attributes jsonb, remove text[], clear text[]
  )
  join prodimport.products p on p.id = i.id
),
wished as materialized (
  select
    f.id, f.sku_key, lower(f.sku) as new_key, f.created_at, f.sku, f.name, f.description, f.price,
    f.active, f.owner, f.images, f.attributes, f.sets_flag, d.differs,
    case when f.images = f.old_images then f.compressed_images else '{}' end as compressed_images,
    -- A flag set by hand is no longer the work of a load's --missing, even where it stays the same.
    case when f.sets_flag then null else f.deactivated_by end as deactivated_by,
    case when d.differs then null else f.job_id end as job_id,
    case when d.differs then m.changed_at else f.updated_at end as updated_at
  from found f
  cross join moment m
  cross join lateral (
    select
      (f.sku, f.name, f.description, f.price, f.active, f.owner, f.images, f.attributes)
        is distinct from
        (f.old_sku, f.old_name, f.old_description, f.old_price, f.old_active, f.old_owner,
         f.old_images, f.old_attributes) as differs
  ) d
  where d.differs or f.sets_flag
),
updated as (
  update prodimport.products p
  set
    sku = w.sku,
    name = w.name,
    description = w.description,
    price = w.price,
    active = w.active,
    owner = w.owner,
    images = w.images,
    compressed_images = w.compressed_images,
    attributes = w.attributes,
    deactivated_by = w.deactivated_by,
    job_id = w.job_id,
    updated_at = w.updated_at
  from wished w
  where p.sku_key = w.sku_key and p.id = w.id and w.new_key = w.sku_key
  returning p.id
),
taken as (
  delete from prodimport.products p
  using wished w
  where p.sku_key = w.sku_key and p.id = w.id and w.new_key <> w.sku_key
  returning p.id
),
moved as (
  insert into prodimport.products
    (id, sku_key, sku, name, description, price, active, owner, images, compressed_images,
     attributes, deactivated_by, job_id, created_at, updated_at)
  select
    id, new_key, sku, name, description, price, active, owner, images, compressed_images,
    attributes, deactivated_by, job_id, created_at, updated_at
  from wished
  where new_key <> sku_key
  returning id
),
written as (
  select id from updated
  union all
  select m.id from moved m join taken t on t.id = m.id
),
asked as (
  select w.id as asked_id, w.differs, r.id as written_id
  from wished w
  left join written r on r.id = w.id
)
select
  asked_id,
  {{catalog/columns}},
  {{load/snapshot}}::text as snapshot
from asked a
left join wished p on p.id = a.written_id
where a.differs or a.written_id is null
