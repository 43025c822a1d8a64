-- Whether the file names a product `p` in any row; a part of others. No second condition as in
-- load/same_sku: it would keep the planner from hashing the staged keys.
exists (select from staging s where s.sku_key = p.sku_key)
