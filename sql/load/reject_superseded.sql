-- Rejects the rows that fail for what other rows of their SKU say, or for products that are hidden.
insert into late_rejects (row_number, line, column_name, value, code, sku)
select
  s.row_number,
  s.line,
  case x.code when 'action_conflict' then 'action' when 'owner_conflict' then 'owner' else 'sku' end,
  case x.code when 'action_conflict' then {{load/action_word}}
    when 'owner_conflict' then coalesce(s.owner, '') else s.sku end,
  x.code,
  s.sku
from superseded x
join staging s on s.row_number = x.row_number
where x.code is not null
