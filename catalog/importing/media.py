"""Which things are books, by what a column calls their medium: printed ones. The others are named, not imported."""

from functools import lru_cache
from itertools import pairwise

from catalog.text import search_words

_RECORDED = (
    "tontrager tontraeger sonore sonora oncd ontape audio audiobook audiobooks audiocassette audiolivre "
    "audiolibro horbuch hoerbuch horbucher hoerbucher horspiel hoerspiel horcd tonie tonies tonkassette kassette "
    "cassette cassettes cd cds cdrom mp3 music musik musique musica lp vinyl schallplatte schallplatten "
    "schallplatte disque disques disco discos soundrecording audiorecording podcast mu talkingbook "
    "livreaudio"
)
_SEEN = (
    "audiovisual audiovisuel bildtontrager avmedien avmedium nonbook dvd dvds dvdrom bluray bluraydisc uhd "
    "film films filme movie movies video videos vhs videorecording vm tv tvshow serie pelicula peliculas "
    "televisionbroadcast"
)
_DIGITAL = (
    "electronicbook digitalbook kindlebook elektronischesbuch livreelectronique libroelectronico ebook ebooks "
    "kindle kindleedition digital epub pdf electronic elektronisch electronique electronico onlineressource "
    "eaudio emedia emedium livrenumerique librodigital nook software computerprogram computerfile computerfiles "
    "cf webpage blogpost website forumpost dataset"
)
_OTHERS = (
    "game games spiel spiele brettspiel jeu jeux juego juegos boardgame videogame videogames konsolenspiel puzzle "
    "toy toys spielzeug map maps mp karte karten landkarte carte mapa artwork poster photograph journalarticle "
    "magazinearticle newspaperarticle encyclopediaarticle dictionaryentry presentation email instantmessage "
    "interview hearing bill case patent statute radiobroadcast device equipment gerat tablet reader"
)
NOT_BOOKS = frozenset(f"{_RECORDED} {_SEEN} {_DIGITAL} {_OTHERS}".split())
"""Words for what is no printed book, as a search compares words; in English, German, French and Spanish."""

_PRINTED = (
    "book books buch bucher buecher bilderbuch kinderbuch jugendbuch sachbuch fachbuch lehrbuch schulbuch livre livres "
    "libro libros paperback hardcover hardback taschenbuch gebunden "
    "broschiert broche relie print printed text bk comic comics manga roman novel"
)
BOOKS = frozenset(_PRINTED.split())


@lru_cache(1000)
def is_a_book(medium: str, also: frozenset[str] = frozenset()) -> bool:
    """Whether a row whose medium is called so is a book; `also` are words that are to be taken for one.

    A medium that nobody knows is one. So is a book with something beside it, but not what only has "book" in its name.
    """
    if is_among(medium, also):
        return True
    words = search_words(medium)
    called = "".join(words)
    pairs = {first + second for first, second in pairwise(words)}
    if called in NOT_BOOKS or pairs & NOT_BOOKS:
        return False
    return not BOOKS.isdisjoint(words) or NOT_BOOKS.isdisjoint(words)


def is_among(medium: str, media: frozenset[str]) -> bool:
    """Whether a medium, or a word of it, is one of these, as a search compares words."""
    words = search_words(medium)
    return "".join(words) in media or not media.isdisjoint(words)
