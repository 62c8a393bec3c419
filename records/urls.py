"""Addresses of teams, and of the pages that each noun has."""

from collections.abc import Callable, Iterator

from django.http import HttpResponse
from django.urls import URLPattern, path

from records.nouns import nouns
from records.nouns.base import Noun, Page
from records.views import duplicates, imports, interactions, teams, uploads
from records.views import nouns as pages
from records.views.search import search

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
    path("search/", search, name="search"),
    path("records/duplicates/", duplicates.duplicates, name="duplicates"),
    path("records/duplicates/<int:number>/", duplicates.duplicate, name="duplicate"),
    path("records/duplicates/<int:number>/decide/", duplicates.decide_duplicate, name="decide_duplicate"),
    path("records/merges/", duplicates.merges, name="merges"),
    path("records/merges/<int:number>/undo/", duplicates.undo_merge, name="undo_merge"),
    *(address for noun in nouns() for address in addresses_of(noun)),
]
