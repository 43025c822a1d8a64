-- Tells which staged rows another row of their SKU replaced, as far as memory knows it.
copy superseded (row_number) from stdin
