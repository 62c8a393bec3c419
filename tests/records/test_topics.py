"""What no survey may ask, told from what it may."""

import pytest

from records.topics import refused_topic


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Which church do you attend?", "religion"),
        ("¿Profesa usted alguna fe?", "religion"),
        ("Are you a Democrat?", "politics"),
        ("¿Por quién votaría en las elecciones? Su partido", "politics"),
        ("Your race", "race"),
        ("¿De qué raza es?", "race"),
        ("Sex", "sex"),
        ("¿Su género?", "sex"),
        ("Do you have a disability?", "health"),
        ("¿Cómo está de salud?", "health"),
        ("customer_religion", "religion"),
        ("skin color", "race"),
        ("Do you believe in God?", "religion"),
        ("¿Cree en Dios?", "religion"),
        ("Which spiritual beliefs do you hold?", "religion"),
        ("Which political party do you belong to?", "politics"),
        ("Who should be president?", "politics"),
        ("Are you conservative or liberal?", "politics"),
        ("¿Es usted de derechas o de izquierdas?", "politics"),
        ("Are you black or white?", "race"),
        ("¿Es usted indígena?", "race"),
        ("Are you male or female?", "sex"),
        ("Are you a man or a woman?", "sex"),
        ("¿Es usted hombre o mujer?", "sex"),
        ("Do you smoke?", "health"),
        ("What is your blood pressure?", "health"),
        ("Do you have asthma or an allergy?", "health"),
        ("¿Fuma usted? ¿Tiene alguna alergia?", "health"),
    ],
)
def test_a_question_about_it_is_found(text: str, topic: str) -> None:
    found = refused_topic("How was it?", text)
    assert found is not None
    assert found.name == topic
    assert found.because


@pytest.mark.parametrize(
    "text",
    [
        "Does the post trace your parcels?",
        "What brand of envelopes do you embrace?",
        "How devoted are you to direct mail?",
        "Do you find the envelopes too essexy?",
        "Did the delivery feel faithful to its promise?",
        "How often do you send letters by party line?",
        "Cuántos paquetes envía al mes?",
        "Is yours a women-owned business?",
        "Do you print in black and white or in color?",
        "Would you send a white envelope?",
        "How many manual steps does a mailing take?",
        "¿Quién manda los paquetes, la mano derecha?",
        "",
    ],
)
def test_an_ordinary_question_is_fine(text: str) -> None:
    assert refused_topic(text) is None
