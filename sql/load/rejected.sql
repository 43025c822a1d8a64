-- What late_rejects holds of a classified row; a part of what rejects. $1: see load/classify.sql
row_number, line,
case verdict when 'required' then {{load/lacking}} when 'owner_conflict' then 'owner' else 'sku' end,
case verdict when 'required' then '' when 'owner_conflict' then owner else sku end,
verdict, sku, old_owner
