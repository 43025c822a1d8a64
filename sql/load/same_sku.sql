-- Whether a staged row `s` and a product `p` have the same SKU; a part of others.
lower(p.sku) = s.sku_key
