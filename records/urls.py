"""Addresses of teams, and of the pages that each noun has."""

from collections.abc import Callable, Iterator

from django.http import HttpResponse
from django.urls import URLPattern, path

from records.nouns import nouns
from records.nouns import registrations as registrations_noun
from records.nouns import submissions as submissions_noun
from records.nouns.base import Noun, Page
from records.views import (
    contests,
    duplicates,
    gatherings,
    hooks,
    imports,
    interactions,
    media,
    meetings,
    payment_hooks,
    payments,
    programs,
    publications,
    questions,
    registrations,
    research_files,
    saved_views,
    silence,
    studies,
    suppliers,
    surveys,
    teams,
    uploads,
)
from records.views import nouns as pages
from records.views.search import search
from records.views.theirs import theirs

VIEWS: dict[Page, Callable[..., HttpResponse]] = {
    Page.LIST: pages.noun_list,
    Page.NEW: pages.noun_new,
    Page.ONE: pages.noun_page,
    Page.EDIT: pages.noun_edit,
    Page.HISTORY: pages.noun_history,
}
ROUTES = {
    Page.LIST: "",
    Page.NEW: "new/",
    Page.ONE: "<uuid:key>/",
    Page.EDIT: "<uuid:key>/edit/",
    Page.HISTORY: "<uuid:key>/history/",
}


def addresses_of(noun: Noun) -> Iterator[URLPattern]:
    for page in sorted(noun.pages, key=list(Page).index):
        route = "new/<uuid:parent>/" if page is Page.NEW and noun.parent else ROUTES[page]
        yield path(f"records/{noun.slug}/{route}", VIEWS[page], {"noun": noun}, name=noun.route(page))


urlpatterns = [
    path("teams/", teams.teams, name="teams"),
    path("teams/hand-over/", teams.hand_over_customers, name="hand_over"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/<uuid:key>/", meetings.meeting, name="meeting"),
    path("meetings/<uuid:key>/files/new/", media.media_new, name="media_new"),
    path("meetings/files/<uuid:key>/", media.media_page, name="media"),
    path("meetings/files/<uuid:key>/content/", media.media_content, name="media_content"),
    path("meetings/files/<uuid:key>/download/", media.media_download, name="media_download"),
    path("hooks/meetings", hooks.meeting_hook, name="meeting_hook"),
    path("hooks/payments", payment_hooks.payment_hook, name="payment_hook"),
    path("records/", pages.record_kinds, name="records"),
    path("records/interactions/<uuid:key>/done/", interactions.next_step_done, name="next_step_done"),
    path("records/interactions/<uuid:key>/open/", interactions.next_step_open, name="next_step_open"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", uploads.import_new, name="import_new"),
    path("imports/<int:number>/", imports.import_page, name="import"),
    path("imports/<int:number>/rejects/", imports.import_rejects, name="import_rejects"),
    path("imports/<int:number>/undo/", imports.import_undo, name="import_undo"),
    path("imports/files/<uuid:key>/", uploads.import_upload, name="import_upload"),
    path("imports/files/<uuid:key>/state/", uploads.import_state, name="import_state"),
    path("imports/files/<uuid:key>/stop/", uploads.import_stop, name="import_stop"),
    path("imports/files/<uuid:key>/go-on/", uploads.import_go_on, name="import_go_on"),
    path("imports/files/<uuid:key>/abandon/", uploads.import_abandon, name="import_abandon"),
    path("imports/files/<uuid:key>/use/<uuid:other>/", uploads.import_use_mapping, name="import_use_mapping"),
    path("api/keys/", programs.api_keys, name="api_keys"),
    path("webhooks/given-up/", programs.given_up, name="webhooks_given_up"),
    path("search/", search, name="search"),
    path("silence/", silence.silent_customers, name="silence"),
    path("views/", saved_views.view_list, name="saved_views"),
    path("views/of/<slug:word>/new/", saved_views.view_save, name="saved_view_new"),
    path("views/of/<slug:word>/columns/", saved_views.list_columns, name="list_columns"),
    path("views/<uuid:key>/", saved_views.view_open, name="saved_view"),
    path("views/<uuid:key>/edit/", saved_views.view_edit, name="saved_view_edit"),
    path("views/<uuid:key>/replace/", saved_views.view_replace, name="saved_view_replace"),
    path("views/<uuid:key>/copy/", saved_views.view_copy, name="saved_view_copy"),
    path("views/<uuid:key>/delete/", saved_views.view_delete, name="saved_view_delete"),
    path("views/<uuid:key>/restore/", saved_views.view_restore, name="saved_view_restore"),
    path("records/duplicates/", duplicates.duplicates, name="duplicates"),
    path("records/duplicates/<int:number>/", duplicates.duplicate, name="duplicate"),
    path("records/duplicates/<int:number>/decide/", duplicates.decide_duplicate, name="decide_duplicate"),
    path("records/merges/", duplicates.merges, name="merges"),
    path("records/merges/<int:number>/undo/", duplicates.undo_merge, name="undo_merge"),
    path("records/questions/<uuid:key>/up/", questions.question_up, name="question_up"),
    path("records/questions/<uuid:key>/down/", questions.question_down, name="question_down"),
    path("survey-answers/", surveys.survey_answers, name="survey_answers"),
    path("records/questions/<uuid:key>/remove/", questions.question_remove, name="question_remove"),
    path("records/surveys/<uuid:key>/publish/", surveys.survey_publish, name="survey_publish"),
    path("records/surveys/<uuid:key>/unpublish/", surveys.survey_unpublish, name="survey_unpublish"),
    path("records/surveys/<uuid:key>/again/", surveys.survey_again, name="survey_again"),
    path("records/events/<uuid:key>/publish/", gatherings.event_publish, name="event_publish"),
    path("records/events/<uuid:key>/unpublish/", gatherings.event_unpublish, name="event_unpublish"),
    path("records/events/<uuid:key>/call-off/", gatherings.event_call_off, name="event_call_off"),
    path("records/contests/<uuid:key>/publish/", contests.contest_publish, name="contest_publish"),
    path("records/contests/<uuid:key>/unpublish/", contests.contest_unpublish, name="contest_unpublish"),
    path("records/contests/<uuid:key>/draw/", contests.contest_draw, name="contest_draw"),
    path("records/contests/<uuid:key>/repeat/", contests.contest_repeat, name="contest_repeat"),
    path("records/publications/<uuid:key>/publish/", publications.publication_publish, name="publication_publish"),
    path(
        "records/publications/<uuid:key>/unpublish/", publications.publication_unpublish, name="publication_unpublish"
    ),
    path(
        "records/publication-orders/<uuid:key>/cancel/",
        publications.publication_order_cancel,
        name="publication_order_cancel",
    ),
    path("records/awards/<uuid:key>/claim/", contests.award_claim, name="award_claim"),
    path("records/awards/<uuid:key>/decline/", contests.award_decline, name="award_decline"),
    path("suppliers/", suppliers.supplier_list, name="suppliers"),
    path("suppliers/<uuid:key>/", suppliers.supplier, name="supplier"),
    path("records/contracts/<uuid:key>/seen-to/", suppliers.contract_seen_to, name="contract_seen_to"),
    path("records/payments/<uuid:key>/refund/", payments.payment_refund, name="payment_refund"),
    path("records/payments/<uuid:key>/seen-to/", payments.payment_seen_to, name="payment_seen_to"),
    *(
        path(f"records/{noun.slug}/<uuid:key>/theirs/", theirs, {"noun": noun}, name=f"{noun.slug[:-1]}_theirs")
        for noun in (registrations_noun.NOUN, submissions_noun.NOUN)
    ),
    path("records/submissions/<uuid:key>/withdraw/", contests.entry_withdraw, name="entry_withdraw"),
    *(
        path(
            f"records/registrations/<uuid:key>/{word}/", registrations.mark, {"word": word}, name=f"registration_{word}"
        )
        for word in registrations.WORDS
    ),
    path("records/studies/<uuid:key>/publish/", studies.study_publish, name="study_publish"),
    path("records/studies/<uuid:key>/unpublish/", studies.study_unpublish, name="study_unpublish"),
    path("records/study-sessions/<uuid:key>/call-off/", studies.study_session_call_off, name="study_session_call_off"),
    path("records/study-sessions/<uuid:key>/files/", research_files.session_files, name="study_session_files"),
    path("records/study-sessions/<uuid:key>/files/new/", research_files.session_file_new, name="session_file_new"),
    path(
        "records/study-participants/<uuid:key>/files/new/",
        research_files.participant_file_new,
        name="participant_file_new",
    ),
    path("records/research-files/<uuid:key>/", research_files.research_file, name="research_file"),
    path(
        "records/research-files/<uuid:key>/content/", research_files.research_file_content, name="research_file_content"
    ),
    path(
        "records/research-files/<uuid:key>/download/",
        research_files.research_file_download,
        name="research_file_download",
    ),
    path(
        "records/research-files/<uuid:key>/destroy/", research_files.research_file_destroy, name="research_file_destroy"
    ),
    *(
        path(
            f"records/study-participants/<uuid:key>/{word}/",
            studies.mark,
            {"word": word},
            name=f"study_participant_{word}",
        )
        for word in studies.WORDS
    ),
    *(address for noun in nouns() for address in addresses_of(noun)),
]
