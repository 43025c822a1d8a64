-- Rejects the rows that fail for what other rows of their SKU say.
insert into late_rejects (row_number, line, column_name, value, code)
select
  s.row_number,
  s.line,
  case x.code when 'action_conflict' then 'action' else 'sku' end,
  s.sku,
  x.code
from superseded x
join staging s on s.row_number = x.row_number
where x.code is not null
