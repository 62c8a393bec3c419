"""The forms of a plan use the words of its report: target, control."""

from campaigns.forms.campaign import CampaignForm, VariantForm


def test_the_number_of_a_goal_is_its_target_and_says_which_unit_it_has() -> None:
    target = CampaignForm.base_fields["goal_value"]
    assert str(target.label) == "Target"
    said = "Percent of the people drawn (such as 2.5), a number of responses or conversions, or dollars."
    assert str(target.help_text) == said


def test_the_variant_that_the_others_are_compared_with_is_the_control() -> None:
    assert str(VariantForm.base_fields["is_control"].label) == "Control: compare the others with it"
