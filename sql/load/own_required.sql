-- The fields of one's own that a new product must have: what stands behind `required`, without its
-- prefix. A part of what decides. No query, as a cluster would no longer merge within the shards.
-- $1: load/classify.sql
string_to_array(
  substr(
    array_to_string($1[array_position($1, 'required') + 1 :], chr(10)), length('attributes.') + 1
  ),
  chr(10) || 'attributes.'
)
