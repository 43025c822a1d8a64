-- The first required field that a row lacks; a part of what rejects. No query, as a cluster would no
-- longer merge within the shards. $1: see load/classify.sql
case when name is null or 'name' = any ($1) then 'name'
  else jsonb_path_query_first(
    to_jsonb({{load/own_required}}),
    '$[*] ? (!(@ == $filled[*]))',
    jsonb_build_object(
      'filled', jsonb_path_query_array(jsonb_strip_nulls(attributes), '$.keyvalue().key')
    )
  ) #>> '{}' end
