-- Decides what each staged row means for the catalogue: the one place where that is decided; the
-- merge and the dry run both stand on it. The columns of `n` are what the product would hold.
-- $1 text[]: fields that the file has no column for (`required`, and `attributes.<name>` of fields of
-- one's own that a new product must have and a row may lack); $2 boolean: blank cells clear (else they keep)
-- $3 text: what an upsert does to a stored SKU: update, skip or error
-- $4 boolean: the flag of a new product that names none
select
  {{load/staged_columns}},
  n.*,
  p.id, p.sku as old_sku, p.name as old_name, p.description as old_description,
  p.price as old_price, p.active as old_active, p.owner as old_owner, p.images as old_images,
  p.attributes as old_attributes, p.compressed_images, p.created_at, p.updated_at,
  p.deactivated_by, p.job_id,
  case
    when s.action = 'n' then 'named'
    when p.id is null then case
      when s.action in ('c', 'd') then 'not_found'
      when s.name is null or 'name' = any ($1::text[]) then 'required'
      when 'required' = any ($1)
        and not coalesce(jsonb_strip_nulls(s.attributes) ?& {{load/own_required}}, false)
        then 'required'
      else 'insert' end
    when s.action = 'a' or s.action = 'u' and $3::text = 'error' then 'already_exists'
    when s.owner <> p.owner then 'owner_conflict'
    when s.action = 'd' then 'delete'
    when s.action = 'u' and $3 = 'skip' then 'skip'
    when s.sku is distinct from p.sku
      or n.name is distinct from p.name
      or n.description is distinct from p.description
      or n.price is distinct from p.price
      or n.active <> p.active
      or n.owner is distinct from p.owner
      or n.images <> p.images
      or n.attributes <> p.attributes
      or p.deactivated_by is not null then 'update'
    else 'unchanged' end as verdict
from (
  {{load/rows_to_merge}}
) s
left join prodimport.products p on {{load/same_sku}}
cross join lateral (
  select
    case when 'name' = any ($1) then p.name
      else coalesce(s.name, case when $2::boolean and 'name' <> all (coalesce(s.absent, '{}'))
        then null else p.name end) end as name,
    case when 'description' = any ($1) then p.description
      else coalesce(s.description, case when $2 and 'description' <> all (coalesce(s.absent, '{}'))
        then null else p.description end) end as description,
    case when 'price' = any ($1) then p.price
      else coalesce(s.price, case when $2 and 'price' <> all (coalesce(s.absent, '{}'))
        then null else p.price end) end as price,
    -- A flag can't be blank. One that --missing took away comes back when the file names the product.
    coalesce(s.active, p.active or p.deactivated_by is not null, $4::boolean) as active,
    case when 'owner' = any ($1) then p.owner
      else coalesce(s.owner, case when $2 and 'owner' <> all (coalesce(s.absent, '{}'))
        then null else p.owner end) end as owner,
    case when 'images' = any ($1) then coalesce(p.images, '{}')
      else coalesce(s.images, case when $2 and 'images' <> all (coalesce(s.absent, '{}'))
        then null else p.images end, '{}') end as images,
    case when 'attributes' = any ($1) then coalesce(p.attributes, '{}')
      when $2 then jsonb_strip_nulls(coalesce(p.attributes, '{}') || coalesce(s.attributes, '{}'))
      else coalesce(p.attributes || s.attributes, s.attributes, p.attributes, '{}') end as attributes
) n
