"""Surveys and contests: their questions, and what customers answered (categories 5, 9 and 17)."""

import uuid
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.text import capfirst

from privacy.holdings import Holds, SystemData
from privacy.notice import elements_ever
from privacy.vault.fields import SealedTextField
from privacy.wording import label_words
from records.enums import QuestionKind, SurveyKind, SurveyRule
from records.models.correspondence import LETTER_SYSTEM, Correspondence
from records.models.customer import Customer
from records.models.provenance import SYSTEM_FIELDS, Provenance
from records.models.sent import SENT_SYSTEM, Sent

# What the notice says survey data are; an answer's element is its question's. Category 17 repeats category 9.
SURVEY_ELEMENTS = (
    "perception", "habits", "past-behaviors", "preferences", "recommended-improvements", "willingness-to-buy",
    "ownership", "hypothetical-future-scenarios",
)  # fmt: skip
ANSWER_ELEMENTS = tuple(
    f"{category}-{'customer-' if name == 'perception' else ''}{name}"
    for category in ("c09", "c17")
    for name in SURVEY_ELEMENTS
)
FEELINGS = ("c09-feelings", "c17-feelings")
SPANISH = "es"
GENERAL_ELEMENTS = (
    "c05-information-provided-by-customers-as-part-of-a-survey",
    "c05-information-provided-by-customers-as-part-of-a-contest",
)
# The categories of records that they are of.
SURVEY_CATEGORIES = (5, 9, 17)


class Survey(Provenance):
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=SurveyKind, default=SurveyKind.SURVEY)
    description = models.TextField(max_length=5_000, blank=True)
    opens_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    name_es = models.CharField("name in Spanish", max_length=200, blank=True, default="")
    description_es = models.TextField("description in Spanish", max_length=5_000, blank=True, default="")
    most_answers = models.PositiveIntegerField("closes after this many answers", null=True, blank=True)
    # Whether customers find it at its address: published, and answered by whoever has that, or by personal links alone.
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_open = models.BooleanField("anyone with the link can answer", default=False)
    # The first of the surveys that ask the same again; empty in that one.
    first_wave = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="later_waves"
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-opens_on", "name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="survey_has_name"),
            models.CheckConstraint(condition=Q(kind__in=SurveyKind.values), name="survey_kind"),
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
                name="survey_closes_after_opening",
            ),
            models.CheckConstraint(condition=Q(most_answers=None) | Q(most_answers__gte=1), name="survey_most_answers"),
        ]

    notice = SystemData("A survey's or contest's own description; what customers say stands in Submission and Answer.")

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        return (language == SPANISH and self.name_es) or self.name

    def description_in(self, language: str) -> str:
        return (language == SPANISH and self.description_es) or self.description


class Question(models.Model):
    """`element` says which of the notice's kinds of survey data an answer is."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=1_000)
    kind = models.CharField(max_length=10, choices=QuestionKind, default=QuestionKind.TEXT)
    element = models.CharField("kind of survey data", max_length=100)
    choices = models.JSONField(default=list, blank=True)
    text_es = models.CharField("text in Spanish", max_length=1_000, blank=True, default="")
    # As many as `choices`, in the same order; what is kept of an answer is the English.
    choices_es = models.JSONField("possible answers in Spanish", default=list, blank=True)
    starts_page = models.BooleanField("starts a new page", default=False)
    is_required = models.BooleanField("must be answered", default=False)
    # Asked of those alone who gave one of these answers to a question of an earlier page.
    asked_after = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    asked_after_answers = models.JSONField(default=list, blank=True)
    # What it repeats in the first wave; empty in that one.
    first_asked = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="asked_again"
    )

    class Meta:
        ordering = ["survey", "number"]
        constraints = [
            # Deferred, so that two questions may change places.
            models.UniqueConstraint(
                fields=["survey", "number"], name="question_number_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="question_number"),
            models.CheckConstraint(condition=~Q(text=""), name="question_has_text"),
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_kind"),
            models.CheckConstraint(
                condition=Q(element__in=[*ANSWER_ELEMENTS, *FEELINGS, *GENERAL_ELEMENTS]), name="question_element"
            ),
            models.CheckConstraint(
                condition=Q(asked_after=None, asked_after_answers=[])
                | (Q(asked_after__isnull=False) & ~Q(asked_after_answers=[])),
                name="question_asked_after_answers",
            ),
        ]

    notice = SystemData("The question, the same for everybody who is asked.")

    def __str__(self) -> str:
        return self.text

    @property
    def vault_subject(self) -> uuid.UUID:
        """A question is about nobody: its history is sealed under its own key."""
        return self.key

    @property
    def element_label(self) -> str:
        """The element in the notice's words, in the reader's language."""
        return capfirst(label_words(elements_ever()[self.element].label))

    @property
    def is_feeling(self) -> bool:
        return self.element in FEELINGS

    def text_in(self, language: str) -> str:
        return (language == SPANISH and self.text_es) or self.text

    def choices_in(self, language: str) -> list[tuple[str, str]]:
        """Each answer as it is kept, and as it reads in this language."""
        read = self.choices_es if language == SPANISH and len(self.choices_es) == len(self.choices) else self.choices
        return [(str(kept), str(shown)) for kept, shown in zip(self.choices, read, strict=True)]

    @property
    def is_number(self) -> bool:
        return self.kind in (QuestionKind.RATING, QuestionKind.SCALE, QuestionKind.PROMOTER)


class Submission(Provenance, Correspondence, Sent):
    """One person's answers to one survey, or entry to one contest."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="submissions")
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="submissions", db_index=False
    )
    # Names the submission in the source, so that the same file twice adds nothing.
    number = models.CharField(max_length=80)
    submitted_at = models.DateTimeField()
    retention_rule = models.CharField(max_length=10, choices=SurveyRule, editable=False)
    # Of an entry to a contest that is drawn: random, so that the list that is drawn from names nobody.
    entry_number = models.CharField(max_length=14, unique=True, null=True, editable=False)
    # Stands in the address by which its customer sees, withdraws and claims; none where staff or a file brought it.
    token = models.CharField(max_length=22, unique=True, null=True, editable=False)
    language = models.CharField(max_length=2, blank=True, default="", db_default="", editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-submitted_at", "-id"]
        constraints = [
            *Correspondence.Meta.constraints,
            *Sent.Meta.constraints,
            models.UniqueConstraint(fields=["survey", "number"], name="submission_once"),
            models.CheckConstraint(condition=Q(retention_rule__in=SurveyRule.values), name="submission_rule"),
            models.UniqueConstraint(
                fields=["survey", "customer"], condition=Q(entry_number__isnull=False), name="entry_once"
            ),
            models.CheckConstraint(
                condition=Q(entry_number=None) | Q(customer__isnull=False, retention_rule=SurveyRule.CONTEST),
                name="entry_of_somebody",
            ),
        ]
        indexes = [
            *Correspondence.Meta.indexes,
            *Sent.Meta.indexes,
            models.Index(fields=["customer", "-submitted_at"], name="submission_of_customer"),
            models.Index(fields=["customer", "survey"], name="submission_again"),
        ]

    notice = Holds(
        elements={
            "customer": GENERAL_ELEMENTS,
            "submitted_at": GENERAL_ELEMENTS,
        },
        system={
            **SYSTEM_FIELDS,
            **LETTER_SYSTEM,
            **SENT_SYSTEM,
            "survey": "what was answered",
            "number": "number of the submission in the source's own books",
            "retention_rule": "chosen by the kind: a contest is a promotion",
            "entry_number": "random, stands in the list that a contest is drawn from",
            "token": "random, stands in the address of their own page",
            "language": "in which language they entered",
            "withdrawn_at": "when they withdrew it",
        },
        individual="customer",
        clock="submitted_at",
        told=("survey", "number", "entry_number"),
        shows_life="submitted_at",
        lifeless=Q(is_claimed=True),
        rules=("RET-7", "RET-2B"),
        rule_field="retention_rule",
    )

    @property
    def vault_subject(self) -> uuid.UUID:
        """The customer; a submission of nobody known has a key of its own."""
        return self.customer.key if self.customer else self.key

    @property
    def won(self) -> str:
        """What an entry to a contest was drawn as; empty where it was not."""
        award = getattr(self, "award", None)
        return f"{award.rank}: {award.get_state_display()}" if award else ""


class Answer(models.Model):
    """The answer to one question: text or number in clear, feelings sealed."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers", db_index=False)
    text = models.TextField(max_length=10_000, blank=True)
    number = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    feeling = SealedTextField(max_length=10_000, null=True, blank=True)

    class Meta:
        ordering = ["submission", "question"]
        constraints = [models.UniqueConstraint(fields=["submission", "question"], name="answer_once")]
        # Two questions are read in the same order, so that what one submission answered to both is met at once.
        indexes = [models.Index(fields=["question", "submission"], name="answer_of_question")]

    notice = Holds(
        elements={
            "text": (*ANSWER_ELEMENTS, *GENERAL_ELEMENTS),
            "number": (*ANSWER_ELEMENTS, *GENERAL_ELEMENTS),
            "feeling": FEELINGS,
        },
        system={
            "id": "database key",
            "key": SYSTEM_FIELDS["key"],
            "submission": "whose answer it is",
            "question": "which element the answer is",
        },
        individual="submission__customer",
        clock="submission__submitted_at",
        told=("question",),
        rules=("RET-7", "RET-2B"),
        rule_field="submission__retention_rule",
    )

    @property
    def vault_subject(self) -> uuid.UUID:
        return self.submission.vault_subject

    @property
    def subject_of_nobody(self) -> uuid.UUID:
        """What is sealed here is sealed under while the submission is nobody's."""
        return self.submission.key

    @property
    def vault_row(self) -> uuid.UUID:
        return self.key

    @property
    def value(self) -> str:
        """The answer as it was given, opened where it is sealed."""
        if self.question.is_feeling:
            return self.feeling or ""
        return str(int(self.number)) if self.number is not None else self.text

    @value.setter
    def value(self, text: str) -> None:
        """Keep a checked answer where its question's kind and element say."""
        self.feeling = text if self.question.is_feeling else None
        is_number = self.question.is_number and not self.question.is_feeling
        self.number = Decimal(text) if is_number else None
        self.text = "" if self.question.is_feeling or is_number else text
