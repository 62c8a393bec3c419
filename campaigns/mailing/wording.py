"""The fixed parts of letters and of the page of leaving, in the recipient's language."""

from dataclasses import dataclass

from campaigns.enums import Language


@dataclass(frozen=True)
class Wording:
    """`{sender}`, `{material}` and `{agency}` are filled in."""

    open_it: str
    sent_by: str
    recorded: str
    no_more: str
    leave: str
    leave_title: str
    leave_question: str
    left_title: str
    left: str
    unknown_title: str
    unknown: str


WORDING = {
    Language.ENGLISH: Wording(
        open_it="Open “{material}”",
        sent_by="{sender} shared “{material}” with you. When you reply, {sender} reads it.",
        recorded="The page behind the link says who recorded what about your visit, under which notice, and what for.",
        no_more="No more of these e-mails:",
        leave="Stop these e-mails",
        leave_title="Stop e-mails from us",
        leave_question=(
            "If you press the button, we send no more e-mails with shared materials to this address. Nothing happens"
            " until you press it."
        ),
        left_title="You get no more of these e-mails",
        left=(
            "Your wish is recorded and holds from now on. A message that is already on its way may still arrive. Links"
            " that were sent to you keep working."
        ),
        unknown_title="This link is not known here",
        unknown=(
            "Look whether the whole link was copied. You can also answer the message that it came with and ask for no"
            " more e-mails."
        ),
    ),
    Language.SPANISH: Wording(
        open_it="Abrir «{material}»",
        sent_by="{sender} compartió «{material}» con usted. Si responde, lo leerá {sender}.",
        recorded="La página del enlace dice quién registra qué sobre su visita, según qué aviso y con qué fin.",
        no_more="Para no recibir más estos correos:",
        leave="No recibir más estos correos",
        leave_title="Dejar de recibir nuestros correos",
        leave_question=(
            "Si pulsa el botón, no enviaremos más correos con materiales compartidos a esta dirección. No ocurre nada"
            " hasta que lo pulse."
        ),
        left_title="No recibirá más estos correos",
        left=(
            "Su deseo queda registrado y vale desde ahora. Aún puede llegar un mensaje que ya esté en camino. Los"
            " enlaces que recibió siguen funcionando."
        ),
        unknown_title="No conocemos este enlace",
        unknown=(
            "Compruebe si copió el enlace completo. También puede responder al mensaje en el que vino y pedir que no"
            " le enviemos más correos."
        ),
    ),
}


def wording(language: str) -> Wording:
    """The words of a language; English where it is none of ours."""
    return WORDING[Language(language)] if language in Language.values else WORDING[Language.ENGLISH]
