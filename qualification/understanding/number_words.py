"""Number words of the languages visitors write in."""

_UNITS = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn"
    " siebzehn achtzehn neunzehn",
    "fr": "zéro - deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
    "es": "cero - dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis"
    " diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis"
    " veintisiete veintiocho veintinueve",
    "pt": "- - dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete"
    " dezoito dezenove vinte",
    "it": "- - due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici"
    " diciassette diciotto diciannove venti",
    "nl": "nul - twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien"
    " zeventien achttien negentien twintig",
    "sv": "noll - två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton"
    " nitton tjugo",
    "da": "nul - to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten",
    "pl": "- - dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "fr": "vingt trente quarante cinquante soixante - - -",
    "es": "- treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "pt": "- trinta quarenta cinquenta sessenta setenta oitenta noventa",
    "it": "- trenta quaranta cinquanta sessanta settanta ottanta novanta",
    "nl": "- dertig veertig vijftig zestig zeventig tachtig negentig",
    "sv": "- trettio fyrtio femtio sextio sjuttio åttio nittio",
}
_AMBIGUOUS = {"to", "ti", "ni", "sei", "six", "elf", "once", "on"} - {"six"}  # words of another language
_HUNDREDS = {
    "doscientos": 200,
    "trescientos": 300,
    "cuatrocientos": 400,
    "quinientos": 500,
    "seiscientos": 600,
    "setecientos": 700,
    "ochocientos": 800,
    "novecientos": 900,
    "duzentos": 200,
    "trezentos": 300,
    "quinhentos": 500,
    "zweihundert": 200,
    "dreihundert": 300,
    "vierhundert": 400,
    "fünfhundert": 500,
    "duecento": 200,
    "trecento": 300,
    "cinquecento": 500,
    "elfhundert": 1100,
    "hundert": 100,
    "fourty": 40,
    "tenner": 10,
}


def _table() -> dict[str, float]:
    words: dict[str, float] = {name: float(value) for name, value in _HUNDREDS.items()}
    for names in _UNITS.values():
        words.update({name: float(at) for at, name in enumerate(names.split()) if name != "-"})
    for names in _TENS.values():
        words.update({name: 20.0 + 10 * at for at, name in enumerate(names.split()) if name != "-"})
    german_units = ["ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]
    for at, tens in enumerate(_TENS["de"].split()):
        words.update({f"{unit}und{tens}": 21.0 + 10 * at + one for one, unit in enumerate(german_units)})
    return {name: value for name, value in words.items() if name not in _AMBIGUOUS}


WORDS = _table()
PAUCAL = {"couple": 2.0, "few": 3.0, "half": 0.5, "several": 5.0}  # only before a scale: "couple hundred"
JOINERS = frozenset({"and", "und", "y", "et", "e", "en", "of", "a", "de"})
SCALES: dict[str, float] = {
    "hundred": 100,
    "hundreds": 100,
    "dozen": 12,
    "dozens": 12,
    "hundo": 100,
    "thousand": 1e3,
    "thousands": 1e3,
    "grand": 1e3,
    "tausend": 1e3,
    "mille": 1e3,
    "mil": 1e3,
    "mila": 1e3,
    "duizend": 1e3,
    "tusen": 1e3,
    "million": 1e6,
    "millions": 1e6,
    "millionen": 1e6,
    "millones": 1e6,
    "milhões": 1e6,
    "milioni": 1e6,
    "miljoen": 1e6,
    "miljoner": 1e6,
    "billion": 1e9,
    "lakh": 1e5,
    "lakhs": 1e5,
    "lac": 1e5,
    "lacs": 1e5,
    "crore": 1e7,
    "crores": 1e7,
    "cent": 100,
    "cien": 100,
    "тысяч": 1e3,
    "тысячи": 1e3,
    "миллион": 1e6,
    "миллиона": 1e6,
    "миллионов": 1e6,
}
SUFFIXES: dict[str, float] = {
    **{name: scale for name, scale in SCALES.items() if name not in ("cent", "mille")},
    "k": 1e3,
    "к": 1e3,
    "thou": 1e3,
    "tsd": 1e3,
    "tsd.": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "mio": 1e6,
    "mio.": 1e6,
    "mln": 1e6,
    "bn": 1e9,
    "cr": 1e7,
    "тыс": 1e3,
    "тыс.": 1e3,
    "млн": 1e6,
    "millió": 1e6,
    "bin lira": 1e3,
    "g": 1e3,
    "l": 1e5,
    "mille": 1e3,
}
del SUFFIXES["g"], SUFFIXES["l"], SUFFIXES["bin lira"]
