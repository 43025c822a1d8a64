-- Rejects the rows that fail for what other rows of their SKU say.
insert into late_rejects (row_number, line, column_name, value, code, sku)
select
  s.row_number,
  s.line,
  case x.code when 'action_conflict' then 'action' else 'sku' end,
  case x.code when 'action_conflict' then {{load/action_word}} else s.sku end,
  x.code,
  s.sku
from superseded x
join staging s on s.row_number = x.row_number
where x.code is not null
