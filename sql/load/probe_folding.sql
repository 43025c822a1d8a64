-- Whether this database folds ASCII letters as everybody expects (a Turkish collation does not).
select lower('ABCDEFGHIJKLMNOPQRSTUVWXYZ') = 'abcdefghijklmnopqrstuvwxyz' as folds_ascii
