-- The required field that a row lacks; a part of what rejects. $1: see load/classify.sql
case when name is null or 'name' = any ($1) then 'name'
  else (
    select own
    from unnest({{load/own_required}}) own
    where not jsonb_strip_nulls(attributes) ? own
    limit 1
  )
end
