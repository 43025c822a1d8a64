-- Settles duplicates that memory can't: spellings that only the database's lower() makes equal, and
-- SKUs whose rows are all to be rejected.
-- $1 text: last, first or error; $2 boolean: any SKU may have duplicates that memory missed, else
-- only those with other letters than ASCII; $3 integer[]: rows whose SKU must be looked at
-- $4 integer[]: rows of a SKU that a rejected row names with another action
with looked_at as (
  select lower(sku) as key, false as is_contradicted
  from staging
  where $2::boolean or sku ~ '[^\x01-\x7F]'
  union
  select lower(sku), false from staging where row_number = any ($3::integer[])
  union
  select lower(sku), true from staging where row_number = any ($4::integer[])
),
doubtful as (
  select key, bool_or(is_contradicted) as is_contradicted
  from looked_at
  group by key
),
ranked as (
  select
    s.row_number,
    count(*) over same_sku as rows,
    d.is_contradicted
      or min(s.action::text) over same_sku <> max(s.action::text) over same_sku as has_conflict,
    case $1::text
      when 'first' then row_number() over (partition by lower(s.sku) order by s.row_number)
      else row_number() over (partition by lower(s.sku) order by s.row_number desc)
    end as place
  from staging s
  join doubtful d on d.key = lower(s.sku)
  where s.action <> 'n'
  window same_sku as (partition by lower(s.sku))
)
insert into superseded (row_number, code)
select
  row_number,
  case when has_conflict then 'action_conflict' when $1 = 'error' then 'duplicate_in_file' end
from ranked
where has_conflict or rows > 1 and ($1 = 'error' or place > 1)
on conflict (row_number) do update set code = excluded.code
