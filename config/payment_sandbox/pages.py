"""The sandbox's hosted page, in English and Spanish, without a script."""

from html import escape
from typing import Any

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Pay by card",
        "sandbox": "This is a sandbox: no money moves. Use a test card only.",
        "number": "Card number",
        "expires": "Expires (MM/YY)",
        "code": "Security code",
        "pay": "Pay",
        "cancel": "Cancel and go back",
        "tests": "4242 4242 4242 4242 pays, 4000 0000 0000 0002 is declined; any later month, any three digits.",
        "no_number": "This is no card number. Look at its digits again.",
        "no_expiry": "Give month and year, as in 05/29.",
        "over": "This card has expired.",
        "no_code": "Give the three or four digits of the security code.",
        "declined": "The card was declined. Nothing was paid: try another card.",
        "no_test_card": "Only test cards are taken here. Never type a real card's number.",
        "paid": "This is paid already.",
        "refunded": "This was paid and refunded.",
        "expired": "This cannot be paid any more.",
        "back": "Go back",
        "unknown": "There is nothing to pay here.",
    },
    "es": {
        "title": "Pagar con tarjeta",
        "sandbox": "Esto es una prueba: no se mueve dinero. Use solo una tarjeta de prueba.",
        "number": "Número de tarjeta",
        "expires": "Caduca (MM/AA)",
        "code": "Código de seguridad",
        "pay": "Pagar",
        "cancel": "Cancelar y volver",
        "tests": "4242 4242 4242 4242 paga, 4000 0000 0000 0002 se rechaza; cualquier mes posterior y tres cifras.",
        "no_number": "Este no es un número de tarjeta. Revise las cifras.",
        "no_expiry": "Escriba mes y año, como 05/29.",
        "over": "Esta tarjeta ha caducado.",
        "no_code": "Escriba las tres o cuatro cifras del código de seguridad.",
        "declined": "La tarjeta fue rechazada. No se ha pagado nada: pruebe con otra.",
        "no_test_card": "Aquí solo valen tarjetas de prueba. Nunca escriba el número de una tarjeta real.",
        "paid": "Esto ya está pagado.",
        "refunded": "Esto se pagó y se reembolsó.",
        "expired": "Esto ya no se puede pagar.",
        "back": "Volver",
        "unknown": "Aquí no hay nada que pagar.",
    },
}
STYLE = """
body { font: 1.0625rem/1.5 system-ui, sans-serif; margin: 0; color: #1b1b1b; background: #f0f0f0 }
main { box-sizing: border-box; max-width: 28rem; margin: 2rem auto; padding: 1.5rem; background: #fff }
h1 { font-size: 1.4rem; margin: 0 0 .5rem }
.sandbox { background: #faf3d1; border-left: .3rem solid #8a6d00; padding: .5rem .75rem }
.amount { font-size: 1.5rem; font-weight: 700; margin: .5rem 0 }
label { display: block; font-weight: 600; margin-top: 1rem }
input { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem; border: 1px solid #565c65 }
input:focus, button:focus, a:focus { outline: .25rem solid #2491ff; outline-offset: 2px }
button { font: inherit; margin-top: 1.25rem; padding: .6rem 1.2rem; min-height: 2.75rem; border: 1px solid #005ea2 }
.pay { background: #005ea2; color: #fff }
.cancel { background: #fff; color: #005ea2 }
.error { color: #8b0a03; font-weight: 600 }
"""


def _words(row: dict[str, Any] | None) -> tuple[str, dict[str, str]]:
    language = row["language"] if row and row["language"] in WORDS else "en"
    return language, WORDS[language]


def _page(language: str, title: str, inner: str) -> bytes:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}'
    head += '</title><link rel="stylesheet" href="/style.css">'
    page = f'<!doctype html><html lang="{language}"><head>{head}</head><body><main>{inner}</main></body></html>'
    return page.encode()


def hosted_page(row: dict[str, Any], why: str = "") -> bytes:
    """Asks for a card. What was typed is not shown again."""
    language, words = _words(row)
    error = f'<p class="error" role="alert" id="why">{words[why]}</p>' if why else ""
    inner = f'<h1>{words["title"]}</h1><p class="sandbox">{words["sandbox"]}</p><p>{escape(row["what"])}</p>'
    inner += f'<p class="amount">${escape(row["amount"])} {escape(row["currency"])}</p>{error}<form method="post">'
    for name, complete in (("number", "cc-number"), ("expires", "cc-exp"), ("code", "cc-csc")):
        inner += f'<label for="{name}">{words[name]}</label>'
        described = ' aria-describedby="why"' if why else ""
        inner += f'<input id="{name}" name="{name}" inputmode="text" autocomplete="{complete}" required{described}>'
    inner += f'<p>{words["tests"]}</p><button class="pay" type="submit">{words["pay"]}</button></form>'
    inner += f'<form method="post"><button class="cancel" name="cancel" value="1">{words["cancel"]}</button></form>'
    return _page(language, f"{words['title']}: {escape(row['what'])}", inner)


def over_page(row: dict[str, Any]) -> bytes:
    language, words = _words(row)
    back = f'<p><a href="{escape(row["back"])}">{words["back"]}</a></p>'
    return _page(language, words["title"], f"<h1>{words[row['state']]}</h1>{back}")


def unknown_page() -> bytes:
    _language, words = _words(None)
    return _page("en", words["title"], f"<h1>{words['unknown']}</h1>")
