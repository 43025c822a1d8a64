-- The fields of one's own that a new product must have; a part of what decides. $1: load/classify.sql
array(
  select substr(field, length('attributes.') + 1) from unnest($1) field where field like 'attributes.%'
)
