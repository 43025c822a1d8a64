-- Deletes the products of a first load that another row of their SKU replaced, where only the
-- database's lower() makes the two equal. $1 text: last or first
with doubtful as (
  select distinct lower(sku) as key from prodimport.products where sku ~ '[^\x01-\x7F]'
),
ranked as (
  select
    p.id,
    row_number() over (
      partition by d.key
      order by case $1::text when 'first' then p.id else -p.id end) as place
  from prodimport.products p
  join doubtful d on d.key = lower(p.sku)
)
delete from prodimport.products p
using ranked r
where p.id = r.id and r.place > 1
