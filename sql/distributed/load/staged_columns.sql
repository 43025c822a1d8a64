-- What is known of a staged row `s` besides its fields, and what the merge within shards needs; a
-- part of others.
s.row_number, s.line, s.sku, s.sku_key, s.id as new_id
