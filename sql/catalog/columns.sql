-- What a product is read by; a part of all that show one.
id, sku, name, description, price, active, owner, images, compressed_images, attributes,
created_at, updated_at
