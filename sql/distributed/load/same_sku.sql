-- Whether a staged row `s` and a product `p` have the same SKU; a part of others. The first line keeps
-- the comparison within a shard, the second lets a small file use the index.
p.sku_key = s.sku_key
and lower(p.sku) = s.sku_key
