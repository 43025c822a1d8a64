/** What a spreadsheet shows where it has no value, in each of its languages, and saves so as text. */
const byLanguage = [
  '#NULL! #DIV/0! #VALUE! #REF! #NAME? #NUM! #N/A #GETTING_DATA #SPILL! #CALC! #FIELD! #BLOCKED!',
  '#CONNECT! #UNKNOWN! #BUSY! #EXTERNAL! #ERROR! #EMPTY!',
  '#WERT! #BEZUG! #ZAHL! #NV #ÜBERLAUF! #KALK! #FELD! #BLOCKIERT!',
  '#NUL! #VALEUR! #NOM? #NOMBRE! #PROPAGATION! #EPARS! #CALCUL! #CHAMP!',
  '#¡NULO! #¡DIV/0! #¡VALOR! #¡REF! #¿NOMBRE? #¡NUM! #N/D #¡DESBORDAMIENTO! #¡CALC!',
  '#NULLO! #VALORE! #RIF! #NOME? #N.D. #ESPANSIONE! #CALCOLO!',
  '#NULO! #VALOR! #NÚM! #DESPEJAR! #DESPEJO! #EXCEDENTE!',
  '#LEEG! #DEEL/0! #WAARDE! #VERW! #NAAM? #GETAL! #N/B #NB #OVERLOPEN! #OVERLOOP!',
  '#ZERO! #DZIEL/0! #ARG! #ADR! #NAZWA? #LICZBA! #ROZLANIE!',
  '#DĚLENÍ_NULOU! #HODNOTA! #ODKAZ! #NÁZEV? #NÁZOV? #ČÍSLO! #NENÍ_K_DISPOZICI #PŘESAH! #NEDOSTUPNÝ',
  '#NULLA! #ZÉRÓOSZTÓ! #ÉRTÉK! #HIV! #NÉV? #SZÁM! #HIÁNYZIK #KIBONTÁS!',
  '#SKÄRNING! #DIVISION/0! #VÄRDEFEL! #REFERENS! #NAMN? #OGILTIGT! #SAKNAS! #VÄRDE!',
  '#VÆRDI! #REFERENCE! #NAVN? #I/T #VERDI! #OVERLØB! #OVERFLYT!',
  '#TYHJÄ! #JAKO/0! #ARVO! #VIITTAUS! #NIMI? #LUKU! #PUUTTUU! #PUUTTUU',
  '#BOŞ! #SAYI/0! #DEĞER! #BAŞV! #AD? #SAYI! #YOK #TAŞMA!',
  '#ПУСТО! #ДЕЛ/0! #ЗНАЧ! #ССЫЛКА! #ИМЯ? #ЧИСЛО! #Н/Д #ПЕРЕНОС! #ВЫЧИС!',
  '#ΤΙΜΗ! #ΑΝΑΦ! #ΟΝΟΜΑ? #ΔΙΑΙΡ/0! #ΑΡΙΘ! #ΚΕΝΟ! #Δ/Υ',
].flatMap((line) => line.split(' '));

/** Those of LibreOffice have numbers, `Err:502`. */
const numbered = Array.from({ length: 40 }, (_, place) => `Err:${501 + place}`);

export const errorTexts: ReadonlySet<string> = new Set([...byLanguage, ...numbered]);

/** Whether a trimmed text is such an error, or the signs that fill a cell too narrow to show its number. */
export function isErrorText(text: string): boolean {
  if (text.charCodeAt(0) !== 0x23) return text.startsWith('Err:5') && errorTexts.has(text);
  return errorTexts.has(text) || /^#{3,}$/.test(text);
}
