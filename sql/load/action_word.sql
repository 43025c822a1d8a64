-- The action of a staged row `s` as a file spells it; a part of others.
case s.action when 'a' then 'ADD' when 'c' then 'UPDATE' when 'd' then 'DELETE' else 'UPSERT' end
