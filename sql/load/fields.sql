-- The fields of a product as a change keeps them; a part of what compares products.
'sku', p.sku, 'name', p.name, 'description', p.description, 'price', p.price::text,
'active', p.active, 'owner', p.owner, 'images', p.images, 'attributes', p.attributes
