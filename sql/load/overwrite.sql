-- What a stored product takes over from a row that changes it; a part of the merges.
sku = excluded.sku,
name = excluded.name,
description = excluded.description,
price = excluded.price,
active = excluded.active,
owner = excluded.owner,
images = excluded.images,
compressed_images = case when p.images = excluded.images then p.compressed_images else '{}' end,
attributes = excluded.attributes,
job_id = excluded.job_id,
deactivated_by = null,
updated_at = excluded.updated_at
