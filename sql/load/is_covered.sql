-- Whether a product `p` is one that the file has to name, or else is missing; a part of others.
-- $1 text: the owner whose products are covered; null for those without owner
-- $2 text: deactivate or delete, for active products only; replace, for all
(p.active or $2::text = 'replace') and (p.owner = $1::text or $1 is null and p.owner is null)
