"""The words by which files name what they say of people and loans: in English, German, French, Spanish, and exports."""

from catalog.importing.vocabulary import WORDS as WORDS_OF_BOOKS
from library_site.tables import Export, Vocabulary

_CARD = (
    *("card", "card number", "cardnumber", "card no", "library card", "library card number", "library card barcode"),
    *("patron barcode", "patron number", "patron no", "patron id", "patron", "borrower number", "borrower barcode"),
    *(
        "borrower id",
        "borrower no",
        "user barcode",
        "user number",
        "user id",
        "member number",
        "member no",
        "member id",
    ),
    *("membership number", "membership no", "membership id", "reader number", "reader id", "student id"),
    *("student number", "student no", "ausweis", "ausweisnummer", "ausweisnr", "ausweis nr", "leserausweis"),
    *("leserausweisnummer", "leserausweis nr", "lesernummer", "lesernr", "leser nr", "benutzernummer", "benutzernr"),
    *("benutzer nr", "benutzerausweis", "mitgliedsnummer", "mitgliedsnr", "mitglieds nr", "mitgliedsausweis"),
    *("kartennummer", "kartennr", "karten nr", "karte", "kundennummer", "schülernummer", "bibliotheksausweis"),
    *("carte", "n° carte", "n° de carte", "no de carte", "numéro de carte", "numéro carte", "n° lecteur"),
    *("n° de lecteur", "numéro de lecteur", "numéro lecteur", "n° adhérent", "n° d'adhérent", "numéro d'adhérent"),
    *("numéro adhérent", "n° abonné", "numéro d'abonné", "code lecteur", "code adhérent", "code usager", "n° usager"),
    *("carné", "nº de carné", "nº carné", "número de carné", "carnet", "nº de carnet", "número de carnet"),
    *("número de tarjeta", "nº de tarjeta", "nº tarjeta", "tarjeta", "número de lector", "nº de lector", "nº lector"),
    *("número de socio", "nº de socio", "nº socio", "número de usuario", "nº de usuario", "nº usuario"),
)

_PERSON = {
    "name": (
        *("name", "full name", "fullname", "patron name", "member name", "borrower name", "user name", "reader name"),
        *("student name", "display name", "last name, first name", "name, first name", "borrower", "member", "reader"),
        *("person", "leser", "leserin", "leser/in", "benutzer", "mitglied", "vollständiger name", "name, vorname"),
        *("nachname, vorname", "vorname name", "vor- und nachname", "vorname nachname", "kunde", "schüler"),
        *("nom", "nom complet", "nom et prénom", "nom, prénom", "nom prénom", "prénom et nom", "lecteur", "adhérent"),
        *("usager", "abonné", "nombre", "nombre completo", "nombre y apellidos", "nombre y apellido"),
        *("apellidos y nombre", "apellidos, nombre", "lector", "socio", "usuario"),
    ),
    "first_name": (
        *("first name", "firstname", "first", "given name", "given names", "forename", "forenames", "christian name"),
        *("vorname", "vornamen", "rufname", "prénom", "prénoms", "nombre de pila", "nombres", "primer nombre"),
    ),
    "last_name": (
        *("last name", "lastname", "last", "surname", "family name", "nachname", "familienname", "zuname"),
        *("nom de famille", "nom de naissance", "apellido", "apellidos", "primer apellido"),
    ),
}

WORDS = {
    **_PERSON,
    "card": (*_CARD, "barcode", "bar code", "strichcode", "code barres", "code à barres", "código de barras", "number"),
    "email": (
        *(
            "email",
            "e-mail",
            "mail",
            "email address",
            "e-mail address",
            "primary email",
            "parent email",
            "e-mail-adresse",
        ),
        *("emailadresse", "mailadresse", "courriel", "adresse mail", "adresse email", "adresse e-mail", "mél"),
        *("correo", "correo electrónico", "correo e", "emailpro"),
    ),
    "birth_date": (
        *("date of birth", "dateofbirth", "birth date", "birthdate", "birthday", "dob", "born", "geburtsdatum"),
        *(
            "geburtstag",
            "geb.-datum",
            "geb. datum",
            "geb",
            "geb. am",
            "geboren",
            "geboren am",
            "date de naissance",
            "naissance",
        ),
        *("né le", "né(e) le", "fecha de nacimiento", "fecha nacimiento", "nacimiento", "f. nacimiento"),
    ),
    "phone": (
        *("phone", "phone number", "telephone", "telephone number", "tel", "tel.", "mobile", "mobile phone", "cell"),
        *("cell phone", "home phone", "work phone", "phone 1", "phone 2", "phonepro", "telefon", "telefonnummer"),
        *("telefonnr", "tel nr", "handy", "handynummer", "mobil", "mobiltelefon", "mobilnummer", "festnetz"),
        *("téléphone", "n° de téléphone", "numéro de téléphone", "portable", "tél", "tél.", "tél portable"),
        *("tél. portable", "teléfono", "nº de teléfono", "número de teléfono", "móvil", "celular", "teléfono móvil"),
    ),
    "street": (
        *("address", "street", "street address", "address 1", "address line 1", "mailing address", "postal address"),
        *("home address", "anschrift", "adresse", "postanschrift", "straße", "strasse", "str", "straße und hausnummer"),
        *("strasse und hausnummer", "straße, nr", "straße / nr", "straße nr", "strasse nr", "straße hausnummer"),
        *("rue", "adresse postale", "adresse 1", "voie", "dirección", "dirección postal", "domicilio", "calle"),
    ),
    "house_number": ("streetnumber", "street number", "house number", "house no", "hausnummer", "hausnr", "haus nr"),
    "address_2": (
        *("address 2", "address2", "address line 2", "adresszusatz", "zusatz", "adresse 2", "complément d'adresse"),
        *("complément", "dirección 2"),
    ),
    "zip": (
        *("zip", "zip code", "zipcode", "zip/postal code", "postal code", "postcode", "post code", "plz"),
        *("postleitzahl", "code postal", "cp", "código postal", "c.p."),
    ),
    "city": (
        *("city", "town", "city/town", "ort", "stadt", "wohnort", "plz ort", "plz/ort", "plz, ort", "plz und ort"),
        *("ville", "commune", "localité", "code postal et ville", "ciudad", "población", "localidad", "municipio"),
    ),
    "state": ("state", "state/province", "province", "bundesland", "provincia"),
    "country": ("country", "land", "pays", "país"),
    "language": ("language", "lang", "preferred language", "sprache", "langue", "idioma", "lengua"),
    "status": (
        *("status", "patron status", "member status", "account status", "active", "state of account", "aktiv"),
        *("zustand", "statut", "état", "actif", "estado", "activo", "situación", "verified", "verifiziert"),
    ),
    "blocked": (
        *(
            "blocked",
            "blocked until",
            "suspended",
            "suspended until",
            "barred",
            "debarred",
            "restricted",
            "gesperrt",
            "sperre",
            "sperrvermerk",
        ),
        *("gesperrt bis", "bloqué", "suspendu", "bloqueado", "suspendido", "sancionado"),
    ),
    "reason": (
        *("reason", "block reason", "blocked reason", "status reason", "debarredcomment", "debarred comment"),
        *("restriction comment", "status comment", "sperrgrund", "grund", "motif", "raison", "motif du blocage"),
        *("motivo", "motivo del bloqueo"),
    ),
    "expires": (
        *("expires", "expiry", "expiry date", "expiration", "expiration date", "dateexpiry", "date expiry"),
        *("valid until", "membership expires", "gültig bis", "ausweis gültig bis", "ablaufdatum", "läuft ab"),
        *("date d'expiration", "fin d'abonnement", "valable jusqu'au", "expire le", "fecha de caducidad"),
        *("fecha de expiración", "caduca", "caducidad", "válido hasta"),
    ),
    "group": (
        *("group", "class", "grade", "form", "homeroom", "teacher", "category", "categorycode", "category code"),
        *("patron category", "patron type", "patron group", "user group", "member type", "klasse", "gruppe"),
        *("benutzergruppe", "lesergruppe", "kategorie", "klassenstufe", "jahrgang", "classe", "groupe", "catégorie"),
        *("niveau", "clase", "grupo", "curso", "categoría", "nivel"),
    ),
    "remarks": (
        *("note", "notes", "remark", "remarks", "comment", "comments", "borrowernotes", "borrower notes"),
        *("circulation note", "opacnote", "staff note", "guardian", "parent", "contactname", "parent name"),
        *("bemerkung", "bemerkungen", "notiz", "notizen", "anmerkung", "anmerkungen", "kommentar"),
        *("erziehungsberechtigte", "eltern", "remarque", "remarques", "commentaire", "commentaires", "observations"),
        *("responsable légal", "nota", "notas", "observaciones", "comentario", "comentarios", "tutor"),
    ),
}
"""Of each meaning the words that a header has."""

HEADINGS = (
    *("Name", "Card", "E-mail", "Date of birth", "Telephone", "Address", "Language", "Note"),
    *("Status", "Suspended until", "Reason"),
)
"""Of the file that this library writes."""

EXPORTS = (
    Export(name="This library’s own", signature=HEADINGS, is_ours=True),
    Export(
        name="Koha",
        signature=("cardnumber", "surname"),
        columns={"title": "", "opacnote": "", "lost": "", "gonenoaddress": "", "borrowernumber": "", "userid": ""},
    ),
    Export(name="LibraryWorld", signature=("First Name", "Last Name", "Card Number", "Group")),
)

PEOPLE = Vocabulary(words=WORDS, header=[["name"], ["last_name"], ["first_name"]], exports=EXPORTS)

LOANS = Vocabulary(
    words={
        "card": _CARD,
        "barcode": WORDS_OF_BOOKS["barcode"],
        "borrowed_on": (
            *("borrowed", "borrowed on", "borrow date", "checked out", "checked out on", "checkout date", "check out"),
            *("checkout", "check-out date", "date out", "out", "issued", "issue date", "issuedate", "date issued"),
            *("loan date", "lent", "lent on", "since", "ausgeliehen", "ausgeliehen am", "ausleihdatum", "ausleihe"),
            *("ausleihe am", "entliehen", "entliehen am", "leihdatum", "verliehen am", "seit", "emprunté le"),
            *("date d'emprunt", "date de prêt", "date du prêt", "prêté le", "prêt", "depuis", "prestado"),
            *("prestado el", "fecha de préstamo", "fecha préstamo", "fecha del préstamo", "desde"),
        ),
        "due_on": (
            *("due", "due on", "due date", "date due", "duedate", "date_due", "due back", "return by", "until"),
            *("fällig", "fällig am", "fälligkeit", "fälligkeitsdatum", "rückgabe bis", "rückgabedatum", "leihfrist"),
            *("leihfristende", "frist", "fristende", "ausgeliehen bis", "bis", "à rendre le", "retour prévu"),
            *(
                "date de retour",
                "date de retour prévue",
                "date d'échéance",
                "échéance",
                "jusqu'au",
                "vence",
                "vence el",
            ),
            *("vencimiento", "fecha de vencimiento", "fecha de devolución", "devolver el", "hasta"),
        ),
        "returned_on": (
            *("returned", "returned on", "return date", "returndate", "checked in", "checkin date", "date returned"),
            *("zurück", "zurückgegeben", "zurückgegeben am", "rückgabe am", "rendu", "rendu le", "retourné le"),
            *("devuelto", "devuelto el"),
        ),
        "title": ("title", "book", "book title", "titel", "buch", "buchtitel", "titre", "livre", "título", "libro"),
        "name": (*_PERSON["name"], *_PERSON["first_name"], *_PERSON["last_name"]),
    },
    header=[["card", "barcode"]],
)
