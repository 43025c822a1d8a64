-- What the search index keeps of a product: the trigrams of its texts. As lexemes they can be asked
-- for by how they begin, which finds two letters as well. A tsvector takes 1 MB of them: products
-- with more text are marked `long`, and looked at by every search.
array_to_tsvector(
  case
    when octet_length(sku || e'\n' || coalesce(name, '') || e'\n' || coalesce(description, '')) > 100000
      then array['long']
    else {{trigrams}}.show_trgm(
      lower(sku || e'\n' || coalesce(name, '') || e'\n' || coalesce(description, ''))
    )
  end
)
