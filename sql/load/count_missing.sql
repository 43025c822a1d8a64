-- How many active products the load covers, and how many of them the file does not name in any row.
-- Each counted by itself: within one count PostgreSQL would search staging for each product.
-- $1 text: the owner whose products are covered; null for those without owner
select
  (
    select count(*)::integer
    from prodimport.products p
    where p.active and (p.owner = $1::text or $1 is null and p.owner is null)
  ) as covered,
  (
    select count(*)::integer
    from prodimport.products p
    where p.active
      and (p.owner = $1 or $1 is null and p.owner is null)
      and not {{load/is_named}}
  ) as missing
