"""What is read by the same people, as it was learnt last: weights between materials, and how well they foretell."""

from django.db import models
from django.db.models import F, Q

from campaigns.models import Material
from privacy.holdings import SystemData

FEWEST = 5  # people who read both, below which nothing is kept of the two


class RecommenderQuerySet(models.QuerySet["Recommender"]):
    def ready(self) -> "RecommenderQuerySet":
        return self.filter(trained_at__isnull=False)


class Recommender(models.Model):
    """A training. Its row is there while it learns (`trained_at` is empty), so that a disposal meanwhile takes it away.

    `recall` is the share of what was held back that is among five named materials, for `measured` people; `baseline` is
    that of what is popular. `method` is the model that was best of those tried, "popularity" where none was better.
    """

    began_at = models.DateTimeField(auto_now_add=True)
    trained_at = models.DateTimeField(null=True)
    method = models.CharField(max_length=40, default="")
    people = models.PositiveIntegerField(default=0)
    materials = models.PositiveIntegerField(default=0)
    pairs = models.PositiveIntegerField(default=0)
    measured = models.PositiveIntegerField(default=0)
    recall = models.FloatField(null=True)
    baseline = models.FloatField(null=True)

    objects = RecommenderQuerySet.as_manager()

    class Meta:
        get_latest_by = "trained_at"
        constraints = [
            models.CheckConstraint(condition=Q(trained_at=None) | ~Q(method=""), name="recommender_trained_by"),
            models.CheckConstraint(
                condition=Q(recall=None, baseline=None)
                | Q(recall__isnull=False, baseline__isnull=False, recall__range=(0, 1), baseline__range=(0, 1)),
                name="recommender_recall",
            ),
        ]

    notice = SystemData("How a model was trained and measured: numbers over everybody.")


class Affinity(models.Model):
    """How much having read `material` speaks for `other`, and how many people read both: never fewer than five."""

    recommender = models.ForeignKey(Recommender, models.CASCADE, related_name="affinities")
    material = models.ForeignKey(Material, models.CASCADE, related_name="+")
    other = models.ForeignKey(Material, models.CASCADE, related_name="+", db_index=False)
    weight = models.FloatField()
    people = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recommender", "material", "other"], name="affinity_once"),
            models.CheckConstraint(condition=~Q(material=F("other")), name="affinity_of_two"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="affinity_weight"),
            models.CheckConstraint(condition=Q(people__gte=FEWEST), name="affinity_of_five_people"),
        ]

    notice = SystemData("A weight between two materials that five people or more have read: no row is about a person.")
