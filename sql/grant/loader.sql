-- What a loader may besides: load, undo, work off deliveries and images. Nothing is created in the
-- schema: rows are staged in temporary tables.
grant insert, update, delete on prodimport.products to {{role}};
grant insert, update on prodimport.jobs to {{role}};
grant insert, update (cells) on prodimport.rejects to {{role}};
-- Not the columns that only changes by hand have.
grant insert (job_id, sku_key, product_id, sku, action, old, new), update (product_id)
on prodimport.changes to {{role}};
grant select on prodimport.source_key, prodimport.endpoints to {{role}};
grant update (failing_since, silences, held_until, enabled, disabled_reason)
on prodimport.endpoints to {{role}};
grant insert, update, delete on prodimport.deliveries, prodimport.images, prodimport.image_keys
to {{role}};
grant usage on sequence prodimport.products_id_seq, prodimport.jobs_id_seq to {{role}};
grant execute on function prodimport.taken_skus(text[]), prodimport.note_step(text) to {{role}}
