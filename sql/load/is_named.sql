-- Whether the file names a product `p` in any row; a part of others.
exists (select from staging s where lower(s.sku) = lower(p.sku))
