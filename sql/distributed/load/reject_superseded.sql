-- Rejects the rows that fail for what other rows of their SKU say, and takes the action of all that
-- the merge leaves out: within the shards nobody knows the list of them.
with left_out as materialized (
  select row_number, code from superseded
),
failed as materialized (
  select s.row_number, s.line, s.sku, x.code, {{load/action_word}} as action
  from left_out x
  join staging s on s.row_number = x.row_number
  where x.code is not null
),
named as (
  update {{staging}} s
  set action = 'n'
  from left_out x
  where s.row_number = x.row_number
  returning 1
)
insert into late_rejects (row_number, line, column_name, value, code, sku)
select
  row_number,
  line,
  case code when 'action_conflict' then 'action' else 'sku' end,
  case code when 'action_conflict' then action else sku end,
  code,
  sku
from failed
