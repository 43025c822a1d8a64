-- Whether there are images of other stores than $1; a condition, and a part of others.
(
  exists (select 1 from prodimport.images other where other.store < $1)
  or exists (select 1 from prodimport.images other where other.store > $1)
)
