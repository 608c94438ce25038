"""Whether a message is plainly not English; short or mixed messages are taken as English."""

import re
import unicodedata

_WORDS = {
    "en": """
        the is are you we do does how what can with for our your please need want i my it have thanks hello hi
        yes no and
    """,
    "de": """
        ich wir sie ihr ist sind haben habe brauchen suchen möchten möchte für mit und eine einen nicht bitte
        danke hallo guten tag wie viel kostet können unser unsere euer gibt auf deutsch wollen kann mein meine
        oder auch schon ja nein
    """,
    "es": """
        hola necesito necesitamos queremos quiero para con una nuestra nuestro gracias buenos días dias tardes
        cuánto cuanto cuesta puede pueden tienen somos estamos es se qué que cómo como por favor empresa
        buscamos sí mi integra
    """,
    "fr": """
        bonjour nous je vous est sont avons cherchons besoin pour avec une notre merci combien coûte coute
        pouvez avez plaît salut bonsoir est-ce que qu'est quel quelle voudrais oui français entreprise mon ma et
        les des
    """,
    "pt": """
        olá ola bom boa tarde obrigado obrigada precisamos preciso queremos quero para com uma nossa nosso você
        vocês quanto custa pode tem têm somos estamos não nao é por favor empresa sim meu minha integra
        português
    """,
}
_LANGUAGES: dict[str, tuple[str, ...]] = {}
"""The languages a word is of, one or several."""
for _code, _words in _WORDS.items():
    for _word in _words.split():
        _LANGUAGES[_word] = (*_LANGUAGES.get(_word, ()), _code)
_GREETINGS = {
    "es": "hola buenas gracias",
    "fr": "bonjour bonsoir salut merci",
    "de": "hallo guten danke moin",
    "pt": "olá obrigado obrigada",
}
_GREETED = {word: code for code, words in _GREETINGS.items() for word in words.split()}
_ADDRESS = re.compile(r"[^\s@]{1,64}@\S{1,100}|\S{1,60}\.[a-z]{2,6}(?![a-z])")
_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)?")


def language_of(text: str, before: str | None) -> str | None:
    """de, es, fr, pt, other (another script), or None for English; unclear messages stay with `before`."""
    if _is_other_script(text):
        return "other"
    tokens = _TOKEN.findall(_ADDRESS.sub(" ", text[:1000].casefold()))[:60]
    hits = dict.fromkeys(_WORDS, 0)
    for token in tokens:
        for code in _LANGUAGES.get(token, ()):
            hits[code] += 1
    best = max((code for code in hits if code != "en"), key=lambda code: hits[code])
    if hits[best] >= 2 and hits[best] > hits["en"]:
        return best
    if len(tokens) <= 3 and hits["en"] == 0 and (greeted := _greeted(tokens)):
        return greeted
    return None if hits["en"] >= 2 else before


def _greeted(tokens: list[str]) -> str | None:
    return next((_GREETED[token] for token in tokens if token in _GREETED), None)


def _is_other_script(text: str) -> bool:
    if text.isascii():
        return False
    letters = [char for char in text[:400] if char.isalpha()]
    return len(letters) >= 2 and sum(not _is_latin(char) for char in letters) * 2 > len(letters)


def _is_latin(char: str) -> bool:
    return char.isascii() or unicodedata.name(char, "").startswith(("LATIN", "FULLWIDTH", "MASCULINE", "FEMININE"))
