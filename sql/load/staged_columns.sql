-- What is known of a staged row `s` besides its fields; a part of others.
s.row_number, s.line, s.sku
