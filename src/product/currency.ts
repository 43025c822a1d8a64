/** Signs and abbreviations besides Unicode's currency signs and the codes of ISO 4217. */
const abbreviations = new Set(
  'kr kr. fr fr. sfr sfr. rs rs. zł kč ft лв lei din руб руб. р. rm rp dh dhs da s/ s/. f fcfa cfa euro euros 円 元 원'.split(
    ' ',
  ),
);

/** A sign, alone or with the letters that tell dollars apart (`US$`, `CA$`, `R$`); not that of cents. */
const sign = /^(?![^¢￠]*[¢￠])(?:[a-z]{0,3}\p{Sc}|\p{Sc}[a-z]{1,3})$/u;

let codes: Set<string> | null = null;

/** Whether this stands beside a price without meaning anything to its amount; '' does too. */
export function isCurrency(text: string): boolean {
  if (text === '') return true;
  const word = text.toLowerCase();
  if (sign.test(word) || abbreviations.has(word)) return true;
  codes ??= new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));
  return codes.has(word);
}
