import { editDistance } from '../errors.js';
import { headerKey, bareHeaderKey, maxHeaderLength } from './header-text.js';
import type { Field } from './product.js';

/** What a column can be taken for: a field, the row's action, or (by --map) just an attribute. */
export type ColumnTarget = Field | 'action' | OwnTarget;

/** What a column is taken for that fills a field of one's own. */
type OwnTarget = `attributes.${string}`;

const ownPrefix = 'attributes.';

export function ownTarget(name: string): OwnTarget {
  return `${ownPrefix}${name}`;
}

export function isOwnTarget(target: ColumnTarget): target is OwnTarget {
  return target.startsWith(ownPrefix);
}

/** As people name it: `stock`, not `attributes.stock`. */
export function targetName(target: ColumnTarget): string {
  return isOwnTarget(target) ? target.slice(ownPrefix.length) : target;
}

/** A field that headers lead to by themselves. */
export type NamedField = Exclude<Field, 'attributes'>;

type Language = 'en' | 'fr' | 'de' | 'es' | 'it' | 'pt' | 'nl' | 'pl';
type Names = Partial<Record<Language, string>>;

/**
 * What shops and their suppliers call the fields, the likeliest first: the headers that WooCommerce,
 * PrestaShop, Shopware, Odoo and Magento write in these languages, and those of price lists. Kept
 * narrow on purpose: a column that is wrongly left in `attributes` is seen at once, one wrongly taken
 * for a price is not. So neither `cost`, `code`, `vendor` nor `sale price` is here, nor their like.
 */
const names: Record<NamedField, Names> = {
  sku: {
    en: `variant sku, product sku, item sku, seller sku, sku code, sku number, reference, ref,
      product reference, internal reference, default code, product code, item code, article code,
      stock code, stock keeping unit, article number, item number, product number, part number`,
    fr: `ugs, reference produit, ref produit, reference interne, reference article, ref article,
      reference du produit, code article, code produit, numero article, numero d'article,
      n article, n d'article`,
    de: `artikelnummer, artikelnr, artikel nr, art nr, art nummer, artikelcode, produktnummer,
      produktnr, produktcode, artikelreferenz, interne referenz, teilenummer, teilenr,
      materialnummer, bestellnummer, bestellnr`,
    es: `referencia, referencia interna, referencia del producto, referencia producto,
      ref producto, ref articulo, referencia articulo, codigo de articulo, codigo articulo,
      codigo del articulo, codigo de producto, codigo producto, codigo del producto,
      numero de articulo, numero articulo, n articulo, n de articulo`,
    it: `riferimento, riferimento interno, riferimento prodotto, codice articolo, cod articolo,
      codice prodotto, cod prodotto, codice del prodotto, numero articolo, numero di articolo, cod`,
    pt: `referencia do produto, codigo do produto, codigo do artigo, codigo artigo,
      numero do artigo, numero artigo, ref artigo, referencia artigo, referencia do artigo`,
    nl: `artikel nummer, art nr, productcode, productnummer, productnr, interne referentie,
      referentie, referentienummer, productreferentie, bestelnummer, bestelnr`,
    pl: `kod produktu, kod towaru, kod artykulu, numer katalogowy, nr katalogowy, indeks,
      indeks produktu, indeks towaru, numer artykulu, nr artykulu, numer produktu, nr produktu,
      symbol produktu, symbol towaru, odnosnik wewnetrzny, numer referencyjny, nr referencyjny`,
  },
  name: {
    en: `product name, title, product title, item name, item title, article name`,
    fr: `nom, nom du produit, nom produit, nom de produit, nom article, nom de l'article, titre,
      titre du produit, titre produit, designation, designation produit, libelle,
      libelle produit, libelle article, intitule`,
    de: `bezeichnung, artikelbezeichnung, produktbezeichnung, artikelname, produktname,
      name des produkts, produkttitel, artikeltitel, titel, benennung`,
    es: `nombre, nombre del producto, nombre de producto, nombre producto, nombre del articulo,
      nombre articulo, titulo, titulo del producto, denominacion, designacion`,
    it: `nome, nome prodotto, nome del prodotto, nome articolo, nome dell'articolo, titolo,
      titolo prodotto, titolo del prodotto, denominazione`,
    pt: `nome do produto, nome produto, nome do artigo, nome artigo, titulo do produto, designacao,
      denominacao`,
    nl: `naam, productnaam, artikelnaam, naam product, naam van het product, producttitel,
      benaming`,
    pl: `nazwa, nazwa produktu, nazwa towaru, nazwa artykulu, tytul, tytul produktu`,
  },
  description: {
    en: `body (html), body html, product description, long description, full description,
      item description, sales description`,
    fr: `description longue, description produit, description du produit, description complete,
      descriptif, description de vente`,
    de: `beschreibung, produktbeschreibung, artikelbeschreibung, langbeschreibung,
      lange beschreibung, beschreibung lang, langtext, verkaufsbeschreibung`,
    es: `descripcion, descripcion del producto, descripcion producto, descripcion larga,
      descripcion completa, descripcion de venta, descripcion detallada`,
    it: `descrizione, descrizione prodotto, descrizione del prodotto, descrizione completa,
      descrizione estesa, descrizione lunga, descrizione di vendita`,
    pt: `descricao, descricao do produto, descricao produto, descricao completa, descricao longa,
      descricao detalhada, descricao de venda`,
    nl: `beschrijving, productbeschrijving, lange beschrijving, volledige beschrijving,
      omschrijving, productomschrijving, lange omschrijving, verkoopomschrijving`,
    pl: `opis, opis produktu, opis towaru, pelny opis, dlugi opis, opis dlugi, opis sprzedazy`,
  },
  price: {
    en: `variant price, regular price, product price, list price, retail price, selling price,
      sales price, public price, your price, price tax excluded or price tax included, unit price`,
    fr: `prix, prix de vente, prix public, tarif, tarif regulier, prix regulier, prix normal,
      prix de vente ht ou ttc, prix ht ou ttc, prix unitaire, prix produit, prix catalogue`,
    de: `preis, verkaufspreis, regularer preis, normalpreis, listenpreis, endpreis, ladenpreis,
      produktpreis, artikelpreis, vk preis, vk, einzelpreis, stuckpreis`,
    es: `precio, precio normal, precio regular, precio de venta, precio venta, precio de lista,
      precio de tarifa, precio publico, precio de venta al publico, pvp, precio del producto,
      precio producto, precio unitario`,
    it: `prezzo, prezzo di listino, prezzo listino, prezzo di vendita, prezzo vendita,
      prezzo normale, prezzo regolare, prezzo al pubblico, prezzo prodotto, prezzo del prodotto,
      prezzo unitario`,
    pt: `preco, preco normal, preco regular, preco de venda, preco venda, preco de tabela,
      preco de lista, preco ao publico, preco de venda ao publico, preco do produto,
      preco unitario`,
    nl: `prijs, normale prijs, reguliere prijs, verkoopprijs, catalogusprijs, productprijs,
      artikelprijs, stuksprijs, eenheidsprijs`,
    pl: `cena, cena regularna, cena sprzedazy, cena detaliczna, cena katalogowa, cena produktu,
      cena jednostkowa`,
  },
  active: {
    en: `is active, enabled, is enabled, published, is published, status, product status,
      product online, visible, is visible, product visible, product is visible, listed, is listed,
      live, is live, online, is online, product is available, available for sale,
      product is active, product is enabled, product is published, post status`,
    fr: `actif, publie, statut, en ligne, active sur la boutique, produit actif`,
    de: `aktiv, ist aktiv, produkt aktiv, artikel aktiv, aktiviert, veroffentlicht, sichtbar`,
    es: `activo, producto activo, publicado, habilitado, activado`,
    it: `attivo, prodotto attivo, pubblicato, abilitato, attivato, visibile`,
    pt: `ativo, produto ativo, ativado, visivel`,
    nl: `actief, product actief, gepubliceerd, ingeschakeld, zichtbaar`,
    pl: `aktywny, produkt aktywny, aktywne, opublikowany, opublikowano, opublikowane, wlaczony,
      widoczny`,
  },
  owner: { en: 'owner id', fr: 'proprietaire' },
  images: {
    en: `image, image url, image urls, images url, images urls, image src, image link, image links,
      product image, product images, product image url, main image, photo, photos, picture,
      pictures, url image, urls images, main image url, image file, product image file,
      featured image`,
    fr: `url des images, url de l'image, urls d'image, image principale, image produit,
      images produit, lien image`,
    de: `bild, bilder, bild url, bild urls, bilder url, bilder urls, produktbild, produktbilder,
      artikelbild, artikelbilder, hauptbild, bildlink, foto, fotos, url bild`,
    es: `imagen, imagenes, url imagen, url imagenes, url de la imagen, url de las imagenes,
      urls de las imagenes, url's de las imagenes, imagen principal, imagen del producto,
      imagenes del producto`,
    it: `immagine, immagini, url immagine, url immagini, url dell'immagine, url delle immagini,
      immagine principale, immagine prodotto, immagini prodotto, link immagine`,
    pt: `imagem, imagens, url da imagem, url imagem, url das imagens, urls das imagens,
      imagem principal, imagem do produto, imagens do produto`,
    nl: `afbeelding, afbeeldingen, afbeelding url, afbeeldingen url, url afbeelding,
      urls van afbeeldingen, url's van afbeeldingen, hoofdafbeelding, productafbeelding,
      productafbeeldingen, productfoto`,
    pl: `zdjecie, zdjecia, url zdjecia, url zdjec, adresy url zdjecia, adresy url zdjec, obrazek,
      obrazki, obraz, obrazy, zdjecie glowne, zdjecie produktu, zdjecia produktu`,
  },
};

function listed(each: Names): string[] {
  return Object.values(each).flatMap((text) => text.split(',').map((name) => name.trim()));
}

function distinct(list: readonly string[]): string[] {
  return [...new Map(list.map((name) => [headerKey(name), name])).values()];
}

/** All of them; of two for one field the earlier is the likelier. */
export const aliases = Object.fromEntries(
  Object.entries(names).map(([field, each]) => [field, distinct(listed(each))]),
) as unknown as Record<NamedField, readonly string[]>;

/**
 * Words for a description that price lists in these languages also have above their names: where no
 * other column is the name, nobody can know which of the two it is.
 */
export const nameOrDescription = distinct(
  'descripcion, descrizione, descricao, beschreibung, omschrijving, beschrijving, opis'.split(', '),
);

/** Headers of a flag whose yes says that the product is not active. */
export const contraryAliases: readonly string[] = [
  ...['archived', 'is archived', 'hidden', 'is hidden', 'draft', 'is draft'],
];

/** `customLabel #` is custom, label and number. */
export function wordsOf(header: string): string[] {
  const letters = header.normalize('NFKD').replace(/\p{M}/gu, '').replace(/ł/g, 'l');
  const split = letters.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ').replace(/[#№]/gu, ' number ');
  return split
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

const spellings = (Object.keys(aliases) as NamedField[]).flatMap((field) =>
  [field, ...aliases[field]].map((name) => ({ field, key: headerKey(name), words: wordsOf(name) })),
);

/** The field that the header was probably meant to be, by its spelling; null where none is near. */
export function suggestField(header: string): NamedField | null {
  if (header.length > maxHeaderLength) return null;
  const key = bareHeaderKey(header);
  const words = wordsOf(header);
  let best: { field: NamedField; distance: number } | null = null;
  for (const spelling of spellings) {
    const most = Math.min(2, Math.floor(spelling.key.length / 3));
    if (Math.abs(key.length - spelling.key.length) > most) continue;
    // Hardly anybody mistypes the beginning, and comparing costs much.
    if (key[0] !== spelling.key[0] && key[1] !== spelling.key[0]) continue;
    const distance = editDistance(key, spelling.key);
    if (distance > most || !wordsAreNear(words, spelling.words)) continue;
    if (best === null || distance < best.distance) best = { field: spelling.field, distance };
  }
  return best?.field ?? null;
}

/** A whole word that differs is another thing: `default cost` is no `default code`. */
function wordsAreNear(words: readonly string[], others: readonly string[]): boolean {
  if (words.length !== others.length) return true;
  return words.every((word, at) => {
    return editDistance(word, others[at]!) <= Math.max(1, Math.floor(others[at]!.length / 4));
  });
}
