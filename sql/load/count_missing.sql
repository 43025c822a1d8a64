-- How many products the load covers, and how many of them the file does not name in any row.
-- Each counted by itself: within one count PostgreSQL would search staging for each product.
-- $1 text, $2 text: see load/is_covered.sql
select
  (
    select count(*)::integer
    from prodimport.products p
    where {{load/is_covered}}
  ) as covered,
  (
    select count(*)::integer
    from prodimport.products p
    where {{load/is_covered}}
      and not {{load/is_named}}
  ) as missing
