"""Statements of disagreement in the API's answers: they go wherever the value goes. Source: 5 U.S.C. 552a(d)(4)."""

from typing import Any

from rest_framework import serializers

from privacy.rights.beside import disagreements_of


class DisagreementData(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="The field or element that it is about, by its name.")
    label = serializers.CharField()  # type: ignore[assignment]  # as above
    statement = serializers.CharField()
    filed_on = serializers.DateField()


class Disputed(serializers.Serializer[Any]):
    """Mixed into the shape of a record: what its person says against its values."""

    disagreements = DisagreementData(
        many=True, help_text="Statements of disagreement, which go with the value wherever it is told."
    )


def disagreements(instance: Any) -> dict[str, Any]:
    """To be joined to what is told of a record."""
    return {"disagreements": disagreements_of(instance)}
