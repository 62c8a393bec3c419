"""Which questions of a survey somebody is asked: page by page, and some only after certain answers.

A question that is asked after answers to another stands on a later page than that one, so that it is known whether to
ask it when its page is shown (`misplaced` names those that do not).
"""

from collections.abc import Iterable, Mapping, Sequence

from records.enums import QuestionKind
from records.intake.answers import SEPARATOR
from records.models import Question

Given = Mapping[str, str]  # the answer to a question, by its key
Page = list[Question]


def pages_of(questions: Iterable[Question]) -> list[Page]:
    """The questions, which come in their order, by page. The first begins a page whether it says so or not."""
    pages: list[Page] = []
    for question in questions:
        if question.starts_page or not pages:
            pages.append([])
        pages[-1].append(question)
    return pages


def asked(questions: Sequence[Question], given: Given) -> list[Question]:
    """Those that are asked of whoever gave these answers. What is not asked counts as not answered."""
    by_id: dict[int, Question] = {}
    for question in questions:
        before = by_id.get(question.asked_after_id) if question.asked_after_id else None
        if question.asked_after_id is None or (before is not None and _leads_on(question, before, given)):
            by_id[question.pk] = question
    return list(by_id.values())


def _leads_on(question: Question, before: Question, given: Given) -> bool:
    answer = given.get(str(before.key), "")
    chosen = answer.split(SEPARATOR) if before.kind == QuestionKind.SEVERAL else [answer]
    return not set(chosen).isdisjoint(question.asked_after_answers)


def asked_pages(questions: Sequence[Question], given: Given) -> list[Page]:
    """The pages with what is asked on each; a page of which nothing is asked is empty, and passed over."""
    wanted = {question.pk for question in asked(questions, given)}
    return [[question for question in page if question.pk in wanted] for page in pages_of(questions)]


def misplaced(questions: Sequence[Question]) -> list[Question]:
    """Those that would be asked after an answer that is not given yet when their page is shown."""
    earlier: set[int] = set()  # the questions of the pages before
    found = []
    for page in pages_of(questions):
        found += [one for one in page if one.asked_after_id and one.asked_after_id not in earlier]
        earlier |= {one.pk for one in page}
    return found
