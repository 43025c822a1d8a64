-- What a viewer may: list, search and export products, read jobs, reports, changes, fields and how
-- deliveries and images stand; of endpoints neither secrets nor URLs, which may hold tokens.
grant usage on schema {{schema}} to {{role}};
grant select on
  prodimport.migrations, prodimport.products, prodimport.jobs, prodimport.live_jobs, prodimport.rejects,
  prodimport.changes, prodimport.purges, prodimport.fields, prodimport.deliveries, prodimport.images,
  prodimport.image_keys
to {{role}};
grant select (
  id, events, old_secret_until, allow_private, enabled, disabled_reason, failing_since, silences,
  held_until, created_at
) on prodimport.endpoints to {{role}};
grant execute on function
  prodimport.field_text(jsonb), prodimport.field_number(jsonb), prodimport.field_boolean(jsonb),
  prodimport.field_date(jsonb), prodimport.field_list(jsonb)
to {{role}}
